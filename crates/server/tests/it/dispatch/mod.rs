//! What is asked: functions, their arguments, and the envelopes of each surface.

mod arguments;
mod methods;
mod older_apis;
mod on_behalf;
mod unknown;
mod versions;
mod wrong_place;
mod xml;
