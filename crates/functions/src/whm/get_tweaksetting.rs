//! `get_tweaksetting`: a setting of the server.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::{SettingKey, SettingsModule};

/// Tells what a setting is: docs/settings.md lists them.
pub struct GetTweaksetting;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The setting's key.
    key: SettingKey,
    /// The group of settings: `Main`, the only one there is.
    #[serde(default, rename = "module")]
    _module: SettingsModule,
}

/// The setting.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// The setting.
    tweaksetting: Tweaksetting,
}

/// One setting.
#[derive(Serialize, JsonSchema)]
pub struct Tweaksetting {
    /// Its key.
    key: &'static str,
    /// What holds now: what was set, or the default.
    value: String,
}

impl Function for GetTweaksetting {
    const NAME: Name = Name::whm("get_tweaksetting", V0::Bare);
    const SUMMARY: &'static str = "Tells what a setting of the server is.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a setting that nobody has set",
            &[("key", "minpwstrength")],
            r#"{"tweaksetting":{"key":"minpwstrength","value":"65"}}"#,
        )
        .by("root"),
        Example::error(
            "a setting that does not exist",
            &[("key", "skipwebalizer")],
            "The “key” argument is invalid: there is no setting “skipwebalizer”.",
        )
        .by("root"),
        Example::error(
            "a group that does not exist",
            &[("key", "minpwstrength"), ("module", "Mail")],
            "The “module” argument is invalid: there is no group of settings “Mail”; “Main” is the one there is.",
        )
        .by("root"),
        Example::error(
            "a reseller",
            &[("key", "minpwstrength")],
            "Permission denied: this function needs the privilege “all”.",
        )
        .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        let setting = args.key.setting();
        let set = cx.store.setting(setting.key).await?;
        // what is not allowed does not hold, however it came into the records
        let set = set.filter(|text| setting.allowed.allows(text));
        let value = set.unwrap_or_else(|| setting.default.to_owned());
        Ok(Data { tweaksetting: Tweaksetting { key: setting.key, value } })
    }
}
