//! `Tokens::create_full_access`: a new API token.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_store::{TokenKind, TokenLimits};
use portreeve_types::{Feature, Services, TokenName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::tokens::{create, end};

/// Creates an API token with all the rights of the account; this answer is the only place that ever shows it.
pub struct CreateFullAccess;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// What the token is called.
    name: TokenName,
    /// When it ends, in seconds since 1970; never when absent or 0.
    expires_at: Option<i64>,
    /// Whether each call with the token needs a code in `X-CPANEL-OTP` too: 0 or 1. An argument of ours.
    #[serde(default)]
    otp_required: Flag,
}

/// The new token.
#[derive(Serialize, JsonSchema)]
pub struct Created {
    /// When it was made, in seconds since 1970.
    create_time: i64,
    /// The token: 32 upper-case letters and digits.
    token: String,
}

impl Function for CreateFullAccess {
    const NAME: Name = Name::uapi("Tokens", "create_full_access");
    const SUMMARY: &'static str = "Creates an API token with all the rights of the account.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::ApiTokens);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data("a token without an end", &[("name", "backup-script")], "{}"),
        Example::error(
            "a name with a blank",
            &[("name", "backup script")],
            "The “name” argument is invalid: a token name has 1 to 50 letters",
        ),
        Example::error(
            "an end that has passed",
            &[("name", "backup-script"), ("expires_at", "1000000000")],
            "The “expires_at” argument is invalid: it lies in the past.",
        ),
        Example::error(
            "a code with each call, for an account without a second factor",
            &[("name", "backup-script"), ("otp_required", "1")],
            "The “otp_required” argument is invalid: the account has no second factor.",
        )
        .by("plain"),
    ];
    type Args = Args;
    type Data = Created;

    async fn call(cx: &Ctx, args: Args) -> Result<Created, ApiError> {
        let limits = TokenLimits {
            expires: end(cx, args.expires_at.unwrap_or_default())?,
            code_required: args.otp_required.0,
            ..TokenLimits::default()
        };
        let (token, record) = create(cx, TokenKind::Cpanel, args.name, limits).await?;
        Ok(Created { create_time: record.created.seconds(), token })
    }
}
