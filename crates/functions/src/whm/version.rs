//! `version`: the level of the API that this server is compatible with.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::Services;
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tells the level of the API that this server is compatible with (docs/differences.md#version).
pub struct Version;

/// The published descriptions that the answers follow are of this version.
const COMPATIBLE_WITH: &str = "11.136.0.0";

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// The version.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// Four numbers with dots between them.
    version: &'static str,
}

impl Function for Version {
    const NAME: Name = Name::whm("version", V0::Bare);
    const SUMMARY: &'static str = "Tells the level of the API that this server is compatible with.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Reseller;
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] =
        &[Example::data("the version", &[], r#"{"version":"11.136.0.0"}"#).by("root")];
    type Args = Args;
    type Data = Data;

    async fn call(_: &Ctx, Args {}: Args) -> Result<Data, ApiError> {
        Ok(Data { version: COMPATIBLE_WITH })
    }
}
