//! `api_token_list`: the caller's API tokens for WHM.

use std::collections::BTreeMap;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_store::TokenKind;
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::whm_tokens::Details;

/// Lists the caller's API tokens for WHM; never the tokens themselves.
pub struct ApiTokenList;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// The tokens.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// One member a token, under its name.
    tokens: BTreeMap<String, Details>,
}

impl Function for ApiTokenList {
    const NAME: Name = Name::whm("api_token_list", V0::Status);
    const SUMMARY: &'static str = "Lists the caller's API tokens for WHM; never the tokens themselves.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::ManageApiTokens);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a reseller's",
            &[],
            r#"{"tokens":{"sandbox":{"acls":{"list-accts":1,"all":0},"expires_at":null,"name":"sandbox",
                "whitelist_ips":null,"last_used":null}}}"#,
        )
        .by("asder"),
        Example::data("somebody without tokens", &[], r#"{"tokens":{}}"#).by("root"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Data, ApiError> {
        let tokens = cx.store.api_tokens(cx.account.id, TokenKind::Whm).await?;
        let named = tokens.iter().map(|token| (token.record.name.to_string(), Details::of(cx, token)));
        Ok(Data { tokens: named.collect() })
    }
}
