//! `TwoFactorAuth::generate_recovery_codes`: new recovery codes. A function of ours.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Feature, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::second_factor::{NewCodes, renew_codes};

/// Makes new recovery codes for the caller's second factor and ends the old ones.
pub struct GenerateRecoveryCodes;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

impl Function for GenerateRecoveryCodes {
    const NAME: Name = Name::uapi("TwoFactorAuth", "generate_recovery_codes");
    const SUMMARY: &'static str =
        "Makes new recovery codes for the caller's second factor and ends the old ones.";
    const SERVICES: Services = Services::CPANEL.and(Services::WEBMAIL);
    const ACCESS: Access = Access::FeatureOrMailbox(Feature::TwoFactorAuth);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data("ten codes", &[], "{}"),
        Example::error("no second factor", &[], "Failed to generate recovery codes: none is set up.")
            .by("plain"),
    ];
    type Args = Args;
    type Data = NewCodes;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<NewCodes, ApiError> {
        renew_codes(cx).await
    }
}
