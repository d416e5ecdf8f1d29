//! `api_token_revoke`: API tokens for WHM end.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_store::TokenKind;
use portreeve_types::{Acl, Services, TokenName};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Revokes API tokens for WHM, all that are named at once; one that is not there is as good as revoked.
pub struct ApiTokenRevoke;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// What the tokens are called.
    token_name: Vec<TokenName>,
}

/// Nothing.
#[derive(Serialize, JsonSchema)]
pub struct Data {}

impl Function for ApiTokenRevoke {
    const NAME: Name = Name::whm("api_token_revoke", V0::Status);
    const SUMMARY: &'static str = "Revokes API tokens for WHM.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::ManageApiTokens);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "two at once, there or not",
            &[("token_name-0", "sandbox"), ("token_name-1", "nothere")],
            "{}",
        )
        .by("asder"),
        Example::error("without a name", &[], "The “token_name” argument is required.").by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        cx.store.revoke_api_tokens(cx.account.id, TokenKind::Whm, &args.token_name).await?;
        Ok(Data {})
    }
}
