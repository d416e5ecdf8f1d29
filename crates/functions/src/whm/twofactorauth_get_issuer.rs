//! `twofactorauth_get_issuer`: the name that one-time-code apps show.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::Services;
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::issuers::{issuer_for, system_issuer};

/// Tells the name under which one-time-code apps show the caller's accounts.
pub struct GetIssuer;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// The names.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// The name for the caller's accounts.
    issuer: String,
    /// The name for accounts whose reseller chose none.
    system_wide_issuer: String,
}

impl Function for GetIssuer {
    const NAME: Name = Name::whm("twofactorauth_get_issuer", V0::Status);
    const SUMMARY: &'static str = "Tells the name under which one-time-code apps show the caller's accounts.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Reseller;
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] =
        &[Example::data("at first the server's own name", &[], "{}").by("asder")];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Data, ApiError> {
        Ok(Data { issuer: issuer_for(cx, &cx.account).await?, system_wide_issuer: system_issuer(cx).await? })
    }
}
