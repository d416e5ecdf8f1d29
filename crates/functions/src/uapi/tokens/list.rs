//! `Tokens::list`: the account's API tokens.

use portreeve_api::{Access, ApiError, Ctx, Example, Flag, Function, Name};
use portreeve_store::TokenKind;
use portreeve_types::{Feature, Services, TokenName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Lists the account's API tokens; never the tokens themselves.
pub struct List;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// One token.
#[derive(Serialize, JsonSchema)]
pub struct Token {
    /// When it was made, in seconds since 1970.
    create_time: i64,
    /// When it ends, in seconds since 1970; null for never.
    expires_at: Option<i64>,
    /// The features that it is limited to; empty for all.
    features: Vec<String>,
    /// Whether it has all the rights of the account: 0 or 1.
    has_full_access: Flag,
    /// What it is called.
    name: TokenName,
}

impl Function for List {
    const NAME: Name = Name::uapi("Tokens", "list");
    const SUMMARY: &'static str = "Lists the account's API tokens; never the tokens themselves.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::ApiTokens);
    const EXAMPLES: &'static [Example] = &[Example::data("an account without tokens", &[], "[]")];
    type Args = Args;
    type Data = Vec<Token>;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Vec<Token>, ApiError> {
        let tokens = cx.store.api_tokens(cx.account.id, TokenKind::Cpanel).await?;
        Ok(tokens
            .iter()
            .map(|token| Token {
                create_time: token.created.seconds(),
                expires_at: token.expires.map(|at| at.seconds()),
                features: Vec::new(),
                has_full_access: Flag(true),
                name: token.name.clone(),
            })
            .collect())
    }
}
