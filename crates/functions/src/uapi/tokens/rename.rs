//! `Tokens::rename`: another name for an API token.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_store::{TokenChange, TokenKind};
use portreeve_types::{Feature, Services, TokenName};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::tokens::update;

/// Gives an API token another name; the token itself stays what it is.
pub struct Rename;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// What the token is called.
    name: TokenName,
    /// What it is to be called.
    new_name: TokenName,
}

impl Function for Rename {
    const NAME: Name = Name::uapi("Tokens", "rename");
    const SUMMARY: &'static str = "Gives an API token another name.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::ApiTokens);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data("a token of one's own", &[("name", "sandbox"), ("new_name", "backup")], "null"),
        Example::error(
            "a token that is not there",
            &[("name", "nothere"), ("new_name", "backup")],
            "The API token “nothere” does not exist.",
        ),
        Example::error("without the new name", &[("name", "old")], "The “new_name” argument is required."),
    ];
    type Args = Args;
    type Data = ();

    async fn call(cx: &Ctx, args: Args) -> Result<(), ApiError> {
        let change = TokenChange { name: Some(args.new_name), ..TokenChange::default() };
        update(cx, TokenKind::Cpanel, &args.name, change).await?;
        Ok(())
    }
}
