//! `systemloadavg`: how busy the server is, in the envelope that `loadavg` does not have.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::load::Load;

/// Tells how busy the server is.
pub struct Systemloadavg;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

impl Function for Systemloadavg {
    const NAME: Name = Name::whm("systemloadavg", V0::Absent);
    const SUMMARY: &'static str = "Tells how busy the server is.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::BasicSystemInfo);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[Example::data("the load averages", &[], "{}").by("asder")];
    type Args = Args;
    type Data = Load;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Load, ApiError> {
        Load::now(cx).await
    }
}
