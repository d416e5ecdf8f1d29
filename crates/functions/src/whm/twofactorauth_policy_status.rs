//! `twofactorauth_policy_status`: the policy of second factors.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::Services;
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tells whether accounts may have second factors.
pub struct PolicyStatus;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// The policy.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// Whether it is on: 0 or 1.
    is_enabled: Flag,
}

impl Function for PolicyStatus {
    const NAME: Name = Name::whm("twofactorauth_policy_status", V0::Status);
    const SUMMARY: &'static str = "Tells whether accounts may have second factors.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Reseller;
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] =
        &[Example::data("as it is at first", &[], r#"{"is_enabled":1}"#).by("asder")];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Data, ApiError> {
        Ok(Data { is_enabled: Flag(cx.store.policies().await?.two_factor_auth) })
    }
}
