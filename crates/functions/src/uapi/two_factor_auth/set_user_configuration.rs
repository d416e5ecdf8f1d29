//! `TwoFactorAuth::set_user_configuration`: the second step of the set-up.

use portreeve_api::{Access, ApiError, Ctx, Example, Flag, Function, Name};
use portreeve_crypt::{Code, TotpSecret};
use portreeve_types::{Feature, Services};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{changeable, changed_meanwhile, own_subject};

/// How its errors begin.
const FAILED: &str = "Failed to set user configuration";

/// Stores the caller's second factor once a code proves that the app has the secret.
///
/// The caller's other sessions end; the code counts for neither ledger, so that it may open the next session
/// (docs/differences.md#otp-reuse).
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
}

impl Function for SetUserConfiguration {
    const NAME: Name = Name::uapi("TwoFactorAuth", "set_user_configuration");
    const SUMMARY: &'static str = "Stores the caller's second factor once a code proves it.";
    const SERVICES: Services = Services::CPANEL.and(Services::WEBMAIL);
    const ACCESS: Access = Access::FeatureOrMailbox(Feature::TwoFactorAuth);
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
        let subject = own_subject(cx)?;
        let secret: TotpSecret = args
            .secret
            .parse()
            .map_err(|error| ApiError::refused(format!("The “secret” argument is invalid: {error}.")))?;
        let found = changeable(cx, FAILED).await?;
        let invalid = || ApiError::refused(format!("{FAILED}: The security code is invalid."));
        let code: Code = args.tfa_token.parse().map_err(|_| invalid())?;
        let window = cx.store.policies().await?.otp_window;
        secret.matching_step(&code, cx.clock.now(), window).ok_or_else(invalid)?;
        let acting = cx.actor.session.as_deref();
        if !cx.store.set_two_factor(subject, &secret, found, acting).await? {
            return Err(changed_meanwhile(FAILED));
        }
        Ok(Done { tfa_configured: Flag(true) })
    }
}
