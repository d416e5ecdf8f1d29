//! `twofactorauth_disable_policy`: the policy of second factors, off.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::{TWO_FACTOR_AUTH, change};

/// Asks nobody for a second factor any more; those that are set up stay.
pub struct DisablePolicy;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// Nothing.
#[derive(Serialize, JsonSchema)]
pub struct Data {}

impl Function for DisablePolicy {
    const NAME: Name = Name::whm("twofactorauth_disable_policy", V0::Status);
    const SUMMARY: &'static str = "Asks nobody for a second factor any more; those that are set up stay.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Rule;
    const EXAMPLES: &'static [Example] = &[
        Example::data("by root", &[], "{}").by("root"),
        Example::error("by a reseller", &[], "Permission denied: this function needs the privilege “all”.")
            .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Data, ApiError> {
        change(cx, &[(TWO_FACTOR_AUTH, "0")]).await?;
        Ok(Data {})
    }
}
