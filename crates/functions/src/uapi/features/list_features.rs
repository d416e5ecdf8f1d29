//! `Features::list_features`: the account's features.

use std::collections::BTreeMap;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{Feature, Services};
use schemars::JsonSchema;
use serde::Deserialize;

/// Lists the features by their names, and whether the account has each: 0 or 1.
pub struct ListFeatures;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

impl Function for ListFeatures {
    const NAME: Name = Name::uapi("Features", "list_features");
    const SUMMARY: &'static str = "Lists the features, and whether the account has each.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Account;
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[Example::data(
        "all of them",
        &[],
        r#"{"apitokens":1,"ftpaccts":1,"popaccts":1,"twofactorauth":1}"#,
    )];
    type Args = Args;
    type Data = BTreeMap<&'static str, Flag>;

    async fn call(_: &Ctx, Args {}: Args) -> Result<Self::Data, ApiError> {
        Ok(Feature::ALL.iter().map(|feature| (feature.key(), Flag(true))).collect())
    }
}
