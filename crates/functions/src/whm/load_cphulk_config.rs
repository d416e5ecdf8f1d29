//! `load_cphulk_config`: the settings of the throttle.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cphulk::{Config, config};

/// Shows the settings of the throttle that the original has too.
pub struct LoadCphulkConfig;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// The settings.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// Each under the original's name.
    cphulk_config: Config,
}

impl Function for LoadCphulkConfig {
    const NAME: Name = Name::whm("load_cphulk_config", V0::Status);
    const SUMMARY: &'static str = "Shows the settings of the throttle that the original has too.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "at first",
            &[],
            r#"{"cphulk_config":{"is_enabled":1,"max_failures_byip":20,"ip_brute_force_period_mins":15,
                "ip_brute_force_period_sec":900,"mark_as_brute":30,"max_failures":50,"brute_force_period_mins":60,
                "lookback_period_min":360,"lookback_time":21600,"can_temp_ban_firewall":0,
                "username_based_protection":1}}"#,
        )
        .by("root"),
        Example::error(
            "by a reseller",
            &[],
            "Permission denied: this function needs the privilege “all”.",
        )
        .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Data, ApiError> {
        Ok(Data { cphulk_config: config(cx).await? })
    }
}
