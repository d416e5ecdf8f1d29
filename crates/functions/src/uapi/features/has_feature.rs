//! `Features::has_feature`: whether the account has a feature.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Feature, Services};
use schemars::JsonSchema;
use serde::Deserialize;

/// Says by its success that the account has a feature.
pub struct HasFeature;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The feature's name, as feature lists write it.
    name: String,
}

impl Function for HasFeature {
    const NAME: Name = Name::uapi("Features", "has_feature");
    const SUMMARY: &'static str = "Says by its success that the account has a feature.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Account;
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("a feature that it has", &[("name", "popaccts")], "null"),
        Example::error(
            "one that there is not",
            &[("name", "nosuch")],
            "The feature “nosuch” does not exist.",
        ),
    ];
    type Args = Args;
    type Data = ();

    async fn call(_: &Ctx, args: Args) -> Result<(), ApiError> {
        match Feature::ALL.iter().any(|feature| feature.key() == args.name) {
            true => Ok(()),
            false => Err(ApiError::refused(format!("The feature “{}” does not exist.", args.name))),
        }
    }
}
