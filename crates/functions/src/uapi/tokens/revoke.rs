//! `Tokens::revoke`: an API token ends.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_store::TokenKind;
use portreeve_types::{Feature, Services, TokenName};
use schemars::JsonSchema;
use serde::Deserialize;

/// Revokes an API token; one that is not there is as good as revoked.
pub struct Revoke;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// What the token is called.
    name: TokenName,
}

impl Function for Revoke {
    const NAME: Name = Name::uapi("Tokens", "revoke");
    const SUMMARY: &'static str = "Revokes an API token; one that is not there is as good as revoked.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::ApiTokens);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] =
        &[Example::data("whether it was there or not", &[("name", "old")], "1")];
    type Args = Args;
    type Data = u8;

    async fn call(cx: &Ctx, args: Args) -> Result<u8, ApiError> {
        cx.store.revoke_api_token(cx.account.id, TokenKind::Cpanel, &args.name).await?;
        Ok(1)
    }
}
