//! `twofactorauth_set_tfa_config`: the second step of the set-up.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::Services;
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::second_factor::set_up;

/// Stores the caller's second factor once a code proves it.
pub struct SetTfaConfig;

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
    success: Flag,
    /// Ten recovery codes, each good once in the place of a security code; nothing shows them again. A field of ours.
    recovery_codes: Vec<String>,
}

impl Function for SetTfaConfig {
    const NAME: Name = Name::whm("twofactorauth_set_tfa_config", V0::Status);
    const SUMMARY: &'static str = "Stores the caller's second factor once a code proves it.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Reseller;
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        // the code of 2026-01-15T12:00:05Z, where the examples' clock stands
        Example::data(
            "a code that proves the secret",
            &[("secret", "JBSWY3DPEHPK3PXP"), ("tfa_token", "738134")],
            r#"{"success":1}"#,
        )
        .by("root"),
        Example::error(
            "a code of another secret",
            &[("secret", "JBSWY3DPEHPK3PXP"), ("tfa_token", "not-a-code")],
            "Failed to set user configuration: The security code is invalid.",
        )
        .by("root"),
        Example::error(
            "a secret that is too short",
            &[("secret", "JBSWY3DP"), ("tfa_token", "123456")],
            "The “secret” argument is invalid",
        )
        .by("root"),
    ];
    type Args = Args;
    type Data = Done;

    async fn call(cx: &Ctx, args: Args) -> Result<Done, ApiError> {
        let recovery_codes =
            set_up(cx, &args.secret, &args.tfa_token, "Failed to set user configuration").await?;
        Ok(Done { success: Flag(true), recovery_codes })
    }
}
