//! The API surfaces: parameters in, envelopes out. Knows no function and no HTTP.

mod answer;
mod arguments;
mod envelope;
mod params;
mod whm0;

pub use answer::Answer;
pub use arguments::ArgumentError;
pub use envelope::{
    access_denied, access_denied_xml, api1_unknown, api2_error, uapi, uapi_wrapped, whm_on_behalf_refused,
    whm1,
};
pub use params::{Params, ParamsError};
pub use whm0::{V0, whm0, whm0_unknown};
