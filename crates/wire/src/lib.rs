//! The API surfaces: parameters in, envelopes out. Knows no function and no HTTP.

mod answer;
mod arguments;
mod envelope;
mod params;

pub use answer::Answer;
pub use arguments::ArgumentError;
pub use envelope::{
    V0, access_denied, access_denied_xml, api1_unknown, api2_error, uapi, uapi_wrapped,
    whm_on_behalf_refused, whm0, whm0_unknown, whm1,
};
pub use params::{Params, ParamsError};
