//! `TwoFactorAuth::set_user_configuration`: the second step of the set-up.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{Feature, Services};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::second_factor::set_up;

/// How its errors begin.
const FAILED: &str = "Failed to set user configuration";

/// Stores the caller's second factor once a code proves that the app has the secret.
pub struct SetUserConfiguration;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The secret in base32, 80 bits or more.
    secret: String,
    /// The code that the app shows now, six digits.
    tfa_token: String,
}

/// What was done.
#[derive(Serialize, JsonSchema)]
pub struct Done {
    /// Always 1.
    tfa_configured: Flag,
    /// Ten recovery codes, each good once in the place of a security code; nothing shows them again. A field of ours.
    recovery_codes: Vec<String>,
}

impl Function for SetUserConfiguration {
    const NAME: Name = Name::uapi("TwoFactorAuth", "set_user_configuration");
    const SUMMARY: &'static str = "Stores the caller's second factor once a code proves it.";
    const SERVICES: Services = Services::CPANEL.and(Services::WEBMAIL);
    const ACCESS: Access = Access::FeatureOrMailbox(Feature::TwoFactorAuth);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        // the code of 2026-01-15T12:00:05Z, where the examples' clock stands
        Example::data(
            "a code that proves the secret",
            &[("secret", "JBSWY3DPEHPK3PXP"), ("tfa_token", "738134")],
            r#"{"tfa_configured":1}"#,
        )
        .by("plain"),
        Example::error(
            "a code of another secret",
            &[("secret", "JBSWY3DPEHPK3PXP"), ("tfa_token", "not-a-code")],
            "Failed to set user configuration: The security code is invalid.",
        )
        .by("plain"),
        Example::error(
            "a secret that is too short",
            &[("secret", "JBSWY3DP"), ("tfa_token", "123456")],
            "The “secret” argument is invalid",
        )
        .by("plain"),
    ];
    type Args = Args;
    type Data = Done;

    async fn call(cx: &Ctx, args: Args) -> Result<Done, ApiError> {
        let recovery_codes = set_up(cx, &args.secret, &args.tfa_token, FAILED).await?;
        Ok(Done { tfa_configured: Flag(true), recovery_codes })
    }
}
