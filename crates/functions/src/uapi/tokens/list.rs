//! `Tokens::list`: the account's API tokens.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_store::{ListedToken, TokenKind};
use portreeve_types::{Feature, Services, Timestamp, TokenName};
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
    /// When it was last used, in seconds since 1970; null for never. A field of ours.
    last_used: Option<i64>,
    /// From which address; null for never. A field of ours.
    last_used_from: Option<String>,
    /// Whether each call with it needs a code: 0 or 1. A field of ours.
    otp_required: Flag,
}

impl Function for List {
    const NAME: Name = Name::uapi("Tokens", "list");
    const SUMMARY: &'static str = "Lists the account's API tokens; never the tokens themselves.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::ApiTokens);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "an account with a token",
            &[],
            r#"[{"name":"sandbox","expires_at":null,"has_full_access":1}]"#,
        ),
        Example::data("an account without tokens", &[], "[]").by("plain"),
    ];
    type Args = Args;
    type Data = Vec<Token>;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Vec<Token>, ApiError> {
        let tokens = cx.store.api_tokens(cx.account.id, TokenKind::Cpanel).await?;
        Ok(tokens
            .into_iter()
            .map(|ListedToken { record, last_use }| Token {
                create_time: record.created.seconds(),
                expires_at: record.limits.expires.map(Timestamp::seconds),
                features: Vec::new(),
                has_full_access: Flag(true),
                name: record.name.clone(),
                last_used: last_use.map(|last_use| last_use.at.seconds()),
                last_used_from: last_use.map(|last_use| last_use.address.to_string()),
                otp_required: Flag(record.limits.code_required),
            })
            .collect())
    }
}
