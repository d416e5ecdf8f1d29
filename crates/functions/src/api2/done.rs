//! What most functions of API 2 answer: that it is done.

use portreeve_api::Flag;
use schemars::JsonSchema;
use serde::Serialize;

/// That it is done. When it is not, the envelope says `0` and the reason in the same place.
#[derive(Serialize, JsonSchema)]
pub struct Done {
    /// Whether it is done: 1.
    result: Flag,
    /// Why not: empty.
    reason: &'static str,
}

impl Done {
    /// It is done.
    pub(crate) const DONE: Done = Done { result: Flag(true), reason: "" };
}
