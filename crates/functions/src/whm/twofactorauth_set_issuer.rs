//! `twofactorauth_set_issuer`: another name for one-time-code apps to show.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::issuers::{ChosenIssuer, choose_issuer};

/// Chooses the name under which one-time-code apps show the caller's accounts.
pub struct SetIssuer;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The name; an empty one takes an earlier choice back.
    issuer: ChosenIssuer,
}

/// Nothing.
#[derive(Serialize, JsonSchema)]
pub struct Data {}

impl Function for SetIssuer {
    const NAME: Name = Name::whm("twofactorauth_set_issuer", V0::Status);
    const SUMMARY: &'static str =
        "Chooses the name under which one-time-code apps show the caller's accounts.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::CreateAcct);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("a reseller's own", &[("issuer", "Example Hosting")], "{}").by("asder"),
        Example::data("an empty one takes the choice back", &[("issuer", "")], "{}").by("root"),
        Example::error(
            "a colon",
            &[("issuer", "Example: Hosting")],
            "The “issuer” argument is invalid: an issuer has up to 100 characters",
        )
        .by("root"),
        Example::error("none", &[], "The “issuer” argument is required.").by("root"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        choose_issuer(cx, &args.issuer).await?;
        Ok(Data {})
    }
}
