//! `[settings]`: policies under the names that the functions know them by.

use serde::Deserialize;

/// A setting's value: text, a number, or a truth value, which is 1 or 0.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "a setting is text, a whole number, true or false")]
pub enum Setting {
    /// `true` or `false`.
    Truth(bool),
    /// A whole number.
    Number(i64),
    /// Text.
    Text(String),
}

impl Setting {
    /// The value as records keep it.
    #[must_use]
    pub fn to_record(&self) -> String {
        match self {
            Setting::Truth(truth) => i64::from(*truth).to_string(),
            Setting::Number(number) => number.to_string(),
            Setting::Text(text) => text.clone(),
        }
    }
}
