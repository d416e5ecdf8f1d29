//! `set_tweaksetting`: changes a setting of the server, or several together.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::{SettingKey, SettingsModule, change};

/// Changes a setting, at once and on every node.
pub struct SetTweaksetting;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The setting's key: docs/settings.md lists them. Several are `key-0`, `key-1` and so on.
    key: Vec<SettingKey>,
    /// What it is to be; of several each in its key's place: `value-0`, `value-1`.
    value: Vec<String>,
    /// The group of settings: `Main`, the only one there is.
    #[serde(default, rename = "module")]
    _module: SettingsModule,
}

/// Nothing: the answer says that it is done.
#[derive(Serialize, JsonSchema)]
pub struct Data {}

impl Function for SetTweaksetting {
    const NAME: Name = Name::whm("set_tweaksetting", V0::Status);
    const SUMMARY: &'static str = "Changes a setting of the server, at once and on every node.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Rule;
    const EXAMPLES: &'static [Example] = &[
        Example::data("a setting", &[("key", "minpwstrength"), ("value", "80")], "{}").by("root"),
        Example::data(
            "several, all of them or none",
            &[("key-0", "minpwstrength"), ("value-0", "80"), ("key-1", "requiressl"), ("value-1", "1")],
            "{}",
        )
        .by("root"),
        Example::error(
            "a key without a value",
            &[("key-0", "minpwstrength"), ("value-0", "80"), ("key-1", "requiressl")],
            "Each “key” argument needs a “value” argument in its place.",
        )
        .by("root"),
        Example::error(
            "a value that is not allowed",
            &[("key", "cookieipvalidation"), ("value", "1")],
            "The setting “cookieipvalidation” cannot be “1”: it is one of disabled, loose, strict.",
        )
        .by("root"),
        Example::error(
            "a number outside its range",
            &[("key", "minpwstrength"), ("value", "101")],
            "The setting “minpwstrength” cannot be “101”: it is a whole number from 0 to 100.",
        )
        .by("root"),
        Example::error(
            "a setting that does not exist",
            &[("key", "skipwebalizer"), ("value", "1")],
            "The “key” argument is invalid: there is no setting “skipwebalizer”.",
        )
        .by("root"),
        Example::error(
            "a reseller",
            &[("key", "minpwstrength"), ("value", "0")],
            "Permission denied: this function needs the privilege “all”.",
        )
        .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        if args.key.len() != args.value.len() {
            return Err(ApiError::refused("Each “key” argument needs a “value” argument in its place."));
        }
        let keys = args.key.iter().map(|key| key.setting().key);
        let changes: Vec<_> = keys.zip(args.value.iter().map(String::as_str)).collect();
        change(cx, &changes).await?;
        Ok(Data {})
    }
}
