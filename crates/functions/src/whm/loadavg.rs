//! `loadavg`: how busy the server is.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::load::Load;

/// Tells how busy the server is, without an envelope in any version.
pub struct Loadavg;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

impl Function for Loadavg {
    const NAME: Name = Name::whm("loadavg", V0::Always);
    const SUMMARY: &'static str = "Tells how busy the server is, without an envelope in any version.";
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
