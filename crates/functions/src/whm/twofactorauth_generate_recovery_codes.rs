//! `twofactorauth_generate_recovery_codes`: new recovery codes. A function of ours.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::Services;
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::second_factor::{NewCodes, renew_codes};

/// Makes new recovery codes for the caller's second factor and ends the old ones.
pub struct GenerateRecoveryCodes;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

impl Function for GenerateRecoveryCodes {
    const NAME: Name = Name::whm("twofactorauth_generate_recovery_codes", V0::Status);
    const SUMMARY: &'static str =
        "Makes new recovery codes for the caller's second factor and ends the old ones.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Reseller;
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data("ten codes", &[], "{}").by("asder"),
        Example::error("no second factor", &[], "Failed to generate recovery codes: none is set up.")
            .by("root"),
    ];
    type Args = Args;
    type Data = NewCodes;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<NewCodes, ApiError> {
        renew_codes(cx).await
    }
}
