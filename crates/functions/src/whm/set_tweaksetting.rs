//! `set_tweaksetting`: changes a setting of the server.

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
    /// The setting's key: docs/settings.md lists them.
    key: SettingKey,
    /// What it is to be.
    value: String,
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
        change(cx, &[(args.key.setting().key, &args.value)]).await?;
        Ok(Data {})
    }
}
