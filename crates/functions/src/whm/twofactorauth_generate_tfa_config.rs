//! `twofactorauth_generate_tfa_config`: a secret to set up.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::Services;
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::second_factor::{Configuration, generate};

/// Makes a second-factor secret for the caller; nothing is stored yet.
pub struct GenerateTfaConfig;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

impl Function for GenerateTfaConfig {
    const NAME: Name = Name::whm("twofactorauth_generate_tfa_config", V0::Status);
    const SUMMARY: &'static str = "Makes a second-factor secret for the caller; nothing is stored yet.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Reseller;
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data("a new secret", &[], "{}").by("root"),
        Example::data("a reseller's", &[], "{}").by("asder"),
    ];
    type Args = Args;
    type Data = Configuration;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Configuration, ApiError> {
        generate(cx).await
    }
}
