//! A function: one item that says everything the system knows of it.

use std::future::Future;

use portreeve_types::Services;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::access::Access;
use crate::context::Ctx;
use crate::effect::Effect;
use crate::error::ApiError;
use crate::example::Example;
use crate::name::Name;

/// An API function. Nothing here has a default that could be forgotten: which services have the function, who
/// may call it, and what calling it looks like are part of what it is.
pub trait Function {
    /// What it is called.
    const NAME: Name;
    /// One sentence on what it does.
    const SUMMARY: &'static str;
    /// The services that have it.
    const SERVICES: Services;
    /// Who may call it there.
    const ACCESS: Access;
    /// What of a call lasts longer than the right to make it.
    const EFFECT: Effect;
    /// Calls and what they come to; each is run by a test.
    const EXAMPLES: &'static [Example];

    /// Its arguments.
    type Args: DeserializeOwned + JsonSchema + Send;
    /// Its data.
    type Data: Serialize + JsonSchema + Send;

    /// Does it.
    fn call(cx: &Ctx, args: Self::Args) -> impl Future<Output = Result<Self::Data, ApiError>> + Send;

    /// One sentence on what was done, for WHM API 1's metadata.
    fn reason(_data: &Self::Data) -> String {
        "OK".to_owned()
    }
}
