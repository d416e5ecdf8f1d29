//! `PasswdStrength::get_required_strength`: the least strength of a new password.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Feature, Services};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tells how strong a new password must be.
pub struct GetRequiredStrength;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// What the password is for: `pop`, `ftp` and the like. One strength holds for all.
    #[serde(rename = "app")]
    _app: String,
}

/// The figure.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// From 0 to 100: the setting `minpwstrength`.
    strength: u8,
}

impl Function for GetRequiredStrength {
    const NAME: Name = Name::uapi("PasswdStrength", "get_required_strength");
    const SUMMARY: &'static str = "Tells how strong a new password must be, from 0 to 100.";
    const SERVICES: Services = Services::CPANEL.and(Services::WEBMAIL);
    const ACCESS: Access = Access::FeatureOrMailbox(Feature::EmailAccounts);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] =
        &[Example::data("for mailboxes", &[("app", "pop")], r#"{"strength":65}"#)];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, _: Args) -> Result<Data, ApiError> {
        Ok(Data { strength: cx.store.policies().await?.least_password_strength })
    }
}
