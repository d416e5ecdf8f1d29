//! The API surfaces: parameters in, envelopes out. Knows no function and no HTTP.

mod answer;
mod arguments;
mod cpanel;
mod envelope;
mod format;
mod params;
#[cfg(test)]
mod properties;
mod whm0;
mod xml;

pub use answer::Answer;
pub use arguments::ArgumentError;
pub use cpanel::{access_denied, api1, api1_unknown, api2, api2_unknown, on_behalf_refused};
pub use envelope::{uapi, uapi_wrapped, whm1};
pub use format::{Envelope, Format};
pub use params::{Params, ParamsError};
pub use whm0::{V0, whm0, whm0_unknown};
