//! Settings, as arguments; and the one way to change them.

use std::str::FromStr;

use portreeve_api::{ApiError, Ctx};
use portreeve_store::{SETTINGS, Setting};
use portreeve_types::Invalid;
use schemars::JsonSchema;
use serde::Deserialize;

/// The key of the policy of second factors.
pub(crate) const TWO_FACTOR_AUTH: &str = "SecurityPolicy::TwoFactorAuth";

/// Changes settings, all of them or none, and puts on record who did.
pub(crate) async fn change(cx: &Ctx, changes: &[(&str, &str)]) -> Result<(), ApiError> {
    for (key, value) in changes {
        let setting =
            Setting::find(key).ok_or_else(|| ApiError::refused(format!("There is no setting “{key}”.")))?;
        if !setting.allowed.allows(value) {
            return Err(ApiError::refused(format!(
                "The setting “{key}” cannot be “{value}”: it is {}.",
                setting.allowed
            )));
        }
    }
    cx.store.set_settings(changes).await?;
    let by = &cx.actor.log_name;
    for (setting, value) in changes {
        tracing::warn!(%by, setting, value, "a setting was changed");
    }
    Ok(())
}

/// The key of a setting that exists.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct SettingKey(&'static Setting);

impl SettingKey {
    /// The setting itself.
    pub(crate) fn setting(&self) -> &'static Setting {
        self.0
    }
}

impl TryFrom<String> for SettingKey {
    type Error = Invalid;

    fn try_from(key: String) -> Result<Self, Invalid> {
        Setting::find(&key).map(SettingKey).ok_or_else(|| Invalid(format!("there is no setting “{key}”")))
    }
}

impl JsonSchema for SettingKey {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SettingKey".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let keys: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
        schemars::json_schema!({ "type": "string", "enum": keys })
    }
}

/// A group of settings. The original has several; ours are in one.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub(crate) struct SettingsModule;

impl FromStr for SettingsModule {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        if name.is_empty() || name == "Main" {
            return Ok(SettingsModule);
        }
        Err(Invalid(format!("there is no group of settings “{name}”; “Main” is the one there is")))
    }
}

impl TryFrom<String> for SettingsModule {
    type Error = Invalid;

    fn try_from(name: String) -> Result<Self, Invalid> {
        name.parse()
    }
}

/// The page that lists the settings, for the documentation.
#[must_use]
pub fn describe_settings() -> String {
    let rows = SETTINGS.iter().map(|setting| {
        format!("| `{}` | {} | `{}` | {} |\n", setting.key, setting.allowed, setting.default, setting.meaning)
    });
    format!(
        "# Settings\n\n\
         What holds for the whole installation. Root reads them with `get_tweaksetting` and changes them with\n\
         `set_tweaksetting`; a change holds at once, on every node. A value that is not allowed and a key that is\n\
         not here are refused. This page is generated: `cargo xtask generate` writes it.\n\n\
         | setting | allowed | default | meaning |\n|---|---|---|---|\n{}",
        rows.collect::<String>()
    )
}
