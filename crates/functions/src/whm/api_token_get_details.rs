//! `api_token_get_details`: what a token is that the caller holds.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_crypt::ApiToken;
use portreeve_store::{TokenKind, TokenLookup};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::whm_tokens::Details;

/// Tells what a token of the caller's is, by the token itself; nothing of a token that is none.
pub struct ApiTokenGetDetails;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The token: 32 upper-case letters and digits.
    token: String,
}

/// The token's details; an empty object when the caller has no such token.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Data {
    /// A token of the caller's.
    Known(Box<Details>),
    /// None.
    Unknown {},
}

impl Function for ApiTokenGetDetails {
    const NAME: Name = Name::whm("api_token_get_details", V0::Status);
    const SUMMARY: &'static str = "Tells what a token of the caller's is, by the token itself.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::ManageApiTokens);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a token of one's own",
            &[("token", "UWU28DCA23NKY76CN17MDPKM3O7EFQY8")],
            r#"{"name":"sandbox","acls":{"create-acct":1},"expires_at":null}"#,
        )
        .by("asder"),
        Example::data("somebody else's", &[("token", "UWU28DCA23NKY76CN17MDPKM3O7EFQY8")], "{}").by("root"),
        Example::data("what is no token", &[("token", "sandbox")], "{}").by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        let Ok(token) = args.token.parse::<ApiToken>() else { return Ok(Data::Unknown {}) };
        let record = match cx.store.api_token(TokenKind::Whm, &token).await? {
            TokenLookup::Good(record) | TokenLookup::Expired(record) => record,
            TokenLookup::Unknown => return Ok(Data::Unknown {}),
        };
        // somebody else's token is not among the caller's own
        let own = cx.store.api_tokens(cx.account.id, TokenKind::Whm).await?;
        let found = own.iter().find(|listed| listed.record.id == record.id);
        Ok(found.map_or(Data::Unknown {}, |listed| Data::Known(Box::new(Details::of(cx, listed)))))
    }
}
