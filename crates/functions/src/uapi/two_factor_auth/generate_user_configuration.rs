//! `TwoFactorAuth::generate_user_configuration`: a secret to set up.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Feature, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::second_factor::{Configuration, generate};

/// Makes a secret for the caller; nothing is stored until `set_user_configuration` proves a code.
pub struct GenerateUserConfiguration;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

impl Function for GenerateUserConfiguration {
    const NAME: Name = Name::uapi("TwoFactorAuth", "generate_user_configuration");
    const SUMMARY: &'static str = "Makes a second-factor secret for the caller; nothing is stored yet.";
    const SERVICES: Services = Services::CPANEL.and(Services::WEBMAIL);
    const ACCESS: Access = Access::FeatureOrMailbox(Feature::TwoFactorAuth);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[Example::data("a new secret", &[], "{}").by("plain")];
    type Args = Args;
    type Data = Configuration;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Configuration, ApiError> {
        generate(cx).await
    }
}
