//! `gethostname`: the server's name.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tells the server's name.
pub struct Gethostname;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// The name.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// The server's own name.
    hostname: String,
}

impl Function for Gethostname {
    const NAME: Name = Name::whm("gethostname", V0::Bare);
    const SUMMARY: &'static str = "Tells the server's name.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::BasicSystemInfo);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[Example::data("the name", &[], "{}").by("asder")];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Data, ApiError> {
        Ok(Data { hostname: cx.host_name.clone() })
    }
}
