//! `twofactorauth_enable_policy`: the policy of second factors, on.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::{TWO_FACTOR_AUTH, change};

/// Lets accounts have second factors, which logins then ask for.
pub struct EnablePolicy;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// Nothing.
#[derive(Serialize, JsonSchema)]
pub struct Data {}

impl Function for EnablePolicy {
    const NAME: Name = Name::whm("twofactorauth_enable_policy", V0::Status);
    const SUMMARY: &'static str = "Lets accounts have second factors, which logins then ask for.";
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
        change(cx, &[(TWO_FACTOR_AUTH, "1")]).await?;
        Ok(Data {})
    }
}
