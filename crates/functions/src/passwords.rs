//! Passwords, as arguments.

use std::str::FromStr;

use portreeve_api::{ApiError, Ctx};
use portreeve_crypt::{SecretString, strength};
use portreeve_types::Invalid;
use schemars::JsonSchema;
use serde::Deserialize;

/// A password that somebody chooses: 8 to 255 characters, none of them a control character, and strong enough.
///
/// Nobody has it before it was checked: how strong it must be is a setting, which arguments do not know. No rule about
/// kinds of characters, and every character counts (NIST SP 800-63B-4, 3.1.1.2).
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct NewPassword(SecretString);

impl NewPassword {
    /// The password, if it is as strong as new ones must be.
    pub(crate) async fn check(self, cx: &Ctx) -> Result<SecretString, ApiError> {
        let least = cx.store.policies().await?.least_password_strength;
        match strength(&self.0) {
            enough if enough >= least => Ok(self.0),
            less => Err(ApiError::refused(format!(
                "The password is too weak: its strength is {less}, and {least} is needed."
            ))),
        }
    }
}

/// A password that somebody says is right: of any form.
#[derive(Deserialize)]
#[serde(from = "String")]
pub(crate) struct GivenPassword(SecretString);

impl GivenPassword {
    pub(crate) fn into_secret(self) -> SecretString {
        self.0
    }
}

impl From<String> for GivenPassword {
    fn from(text: String) -> GivenPassword {
        GivenPassword(text.into())
    }
}

impl JsonSchema for GivenPassword {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "GivenPassword".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "password" })
    }
}

impl FromStr for NewPassword {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if !(8..=255).contains(&text.chars().count()) {
            return Err(Invalid("a password has 8 to 255 characters".to_owned()));
        }
        if text.chars().any(char::is_control) {
            return Err(Invalid("a password has no control characters".to_owned()));
        }
        Ok(NewPassword(text.to_owned().into()))
    }
}

impl TryFrom<String> for NewPassword {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl JsonSchema for NewPassword {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "NewPassword".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "minLength": 8, "maxLength": 255, "format": "password" })
    }
}
