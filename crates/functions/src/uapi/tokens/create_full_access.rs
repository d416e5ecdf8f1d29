//! `Tokens::create_full_access`: a new API token.

use portreeve_api::{Access, ApiError, Ctx, Example, Function, Name};
use portreeve_store::{CreateTokenError, NewToken, TokenKind};
use portreeve_types::{Feature, Services, Timestamp, TokenName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Creates an API token with all the rights of the account; this answer is the only place that ever shows it.
pub struct CreateFullAccess;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// What the token is called.
    name: TokenName,
    /// When it ends, in seconds since 1970; never when absent or 0.
    expires_at: Option<i64>,
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
    ];
    type Args = Args;
    type Data = Created;

    async fn call(cx: &Ctx, args: Args) -> Result<Created, ApiError> {
        let expires = args.expires_at.filter(|at| *at != 0).map(Timestamp::from_seconds);
        if expires.is_some_and(|at| at <= cx.clock.now()) {
            return Err(ApiError::refused("The “expires_at” argument is invalid: it lies in the past."));
        }
        let new = NewToken {
            account: cx.account.id,
            kind: TokenKind::Cpanel,
            name: args.name.clone(),
            expires,
            acls: None,
            token: None,
        };
        match cx.store.create_api_token(new).await {
            Ok((token, record)) => {
                Ok(Created { create_time: record.created.seconds(), token: token.expose().to_owned() })
            }
            Err(CreateTokenError::NameTaken) => {
                Err(ApiError::refused(format!("The API token “{}” already exists.", args.name)))
            }
            // 165 random bits that exist already: a broken source of randomness, not the caller's doing
            Err(CreateTokenError::TokenTaken) => Err(ApiError::refused("No token could be made; try again.")),
            Err(CreateTokenError::Store(error)) => Err(error.into()),
        }
    }
}
