//! What is asked: functions, their arguments, and the envelopes of each surface.

mod arguments;
mod methods;
mod on_behalf;
mod unknown;
mod versions;
mod xml;
