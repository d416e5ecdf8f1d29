//! `TwoFactorAuth::remove_user_configuration`: the caller's second factor goes.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{Feature, Services};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::second_factor::remove;

/// How its errors begin.
const FAILED: &str = "Failed to remove user configuration";

/// Removes the caller's second factor and ends the caller's other sessions.
pub struct RemoveUserConfiguration;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// What was done.
#[derive(Serialize, JsonSchema)]
pub struct Done {
    /// Always 1.
    tfa_removed: Flag,
}

impl Function for RemoveUserConfiguration {
    const NAME: Name = Name::uapi("TwoFactorAuth", "remove_user_configuration");
    const SUMMARY: &'static str = "Removes the caller's second factor and ends the caller's other sessions.";
    const SERVICES: Services = Services::CPANEL.and(Services::WEBMAIL);
    const ACCESS: Access = Access::FeatureOrMailbox(Feature::TwoFactorAuth);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data("an account with a second factor", &[], r#"{"tfa_removed":1}"#),
        Example::error("one without", &[], "Failed to remove user configuration: none is set up.")
            .by("plain"),
    ];
    type Args = Args;
    type Data = Done;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Done, ApiError> {
        remove(cx, FAILED).await?;
        Ok(Done { tfa_removed: Flag(true) })
    }
}
