//! `TwoFactorAuth::generate_user_configuration`: a secret to set up.

use portreeve_api::{Access, ApiError, Ctx, Example, Function, Name};
use portreeve_crypt::{ExposeSecret, TotpSecret};
use portreeve_types::{Feature, Services};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{own_name, own_subject};

/// Makes a secret for the caller; nothing is stored until `set_user_configuration` proves a code.
pub struct GenerateUserConfiguration;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// What an app needs.
#[derive(Serialize, JsonSchema)]
pub struct Configuration {
    /// The address that a QR code carries.
    otpauth_str: String,
    /// The secret in base32: 32 characters, 160 bits.
    secret: String,
}

impl Function for GenerateUserConfiguration {
    const NAME: Name = Name::uapi("TwoFactorAuth", "generate_user_configuration");
    const SUMMARY: &'static str = "Makes a second-factor secret for the caller; nothing is stored yet.";
    const SERVICES: Services = Services::CPANEL.and(Services::WEBMAIL);
    const ACCESS: Access = Access::FeatureOrMailbox(Feature::TwoFactorAuth);
    const EXAMPLES: &'static [Example] = &[Example::data("a new secret", &[], "{}").by("plain")];
    type Args = Args;
    type Data = Configuration;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Configuration, ApiError> {
        own_subject(cx)?;
        let secret = TotpSecret::generate(&*cx.entropy);
        Ok(Configuration {
            otpauth_str: secret.otpauth_url(&own_name(cx), &cx.host_name),
            secret: secret.base32().expose_secret().to_owned(),
        })
    }
}
