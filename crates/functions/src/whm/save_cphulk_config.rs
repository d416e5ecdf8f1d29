//! `save_cphulk_config`: other settings of the throttle.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cphulk::{Config, ENABLED, config, require_enabled};
use crate::settings::change;

/// Changes settings of the throttle, at once and on every node; what is not given stays as it is.
pub struct SaveCphulkConfig;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// Whether the address and user rules hold, and the lists.
    is_enabled: Option<Flag>,
    /// Whether guesses are counted by address.
    ip_based_protection: Option<Flag>,
    /// Whether wrong passwords are counted by login name over all addresses.
    username_based_protection: Option<Flag>,
    /// The same for root.
    username_based_protection_for_root: Option<Flag>,
    /// Failures of an address that are free.
    max_failures_byip: Option<u32>,
    /// The time in which they are, in minutes.
    ip_brute_force_period_mins: Option<u32>,
    /// Failures after which an address is blocked.
    mark_as_brute: Option<u32>,
    /// Failures of a login name before its slow lane.
    max_failures: Option<u32>,
    /// The time in which they are, in minutes.
    brute_force_period_mins: Option<u32>,
    /// How long failed logins stay in the list of them, in minutes.
    lookback_period_min: Option<u32>,
    /// Whether it may be changed while it is off.
    #[serde(default)]
    skip_enabled_check: Flag,
    /// Refused, unless it is 0: no firewall rule is made.
    #[serde(default)]
    block_brute_force_with_firewall: Flag,
    /// Refused, unless it is 0: no firewall rule is made.
    #[serde(default)]
    block_excessive_brute_force_with_firewall: Flag,
    /// Refused, unless it is 0: no mail is sent.
    #[serde(default)]
    notify_on_brute: Flag,
    /// Refused, unless it is 0: no mail is sent.
    #[serde(default)]
    notify_on_root_login: Flag,
    /// Refused, unless it is 0: no mail is sent.
    #[serde(default)]
    notify_on_root_login_for_known_netblock: Flag,
    /// Refused, unless it is 0: tries from everywhere are counted.
    #[serde(default)]
    username_based_protection_local_origin: Flag,
    /// Refused, unless it is empty: no command is run.
    #[serde(default)]
    command_to_run_on_brute_force: String,
    /// Refused, unless it is empty: no command is run.
    #[serde(default)]
    command_to_run_on_excessive_brute_force: String,
    /// Refused, unless it is empty: countries are not known.
    #[serde(default)]
    country_whitelist: String,
    /// Refused, unless it is empty: countries are not known.
    #[serde(default)]
    country_blacklist: String,
}

/// The settings as they are now.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// Each under the original's name.
    cphulk_config: Config,
}

impl Function for SaveCphulkConfig {
    const NAME: Name = Name::whm("save_cphulk_config", V0::Status);
    const SUMMARY: &'static str =
        "Changes settings of the throttle, at once and on every node; what is not given stays as it is.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Rule;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "fewer free failures in more time",
            &[("max_failures_byip", "5"), ("ip_brute_force_period_mins", "30")],
            r#"{"cphulk_config":{"max_failures_byip":5,"ip_brute_force_period_sec":1800,"mark_as_brute":30}}"#,
        )
        .by("root"),
        Example::error(
            "a figure out of its range",
            &[("max_failures", "0")],
            "The setting “cphulk::max_failures” cannot be “0”: it is a whole number from 1 to 100.",
        )
        .by("root"),
        Example::error(
            "what this server does not do",
            &[("command_to_run_on_brute_force", "/bin/true")],
            "The argument “command_to_run_on_brute_force” must be empty: this server runs no command.",
        )
        .by("root"),
        Example::error(
            "by a reseller",
            &[("max_failures", "30")],
            "Permission denied: this function needs the privilege “all”.",
        )
        .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        require_enabled(cx, args.skip_enabled_check).await?;
        refuse_what_is_not_done(&args)?;
        let changes = wanted(&args);
        let changes: Vec<(&str, &str)> = changes.iter().map(|(key, value)| (*key, value.as_str())).collect();
        change(cx, &changes).await?;
        Ok(Data { cphulk_config: config(cx).await? })
    }
}

/// The settings that are to change, with their new values.
fn wanted(args: &Args) -> Vec<(&'static str, String)> {
    let switch = |key, flag: Option<Flag>| flag.map(|flag| (key, u8::from(flag.0).to_string()));
    let number = |key, number: Option<u32>| number.map(|number| (key, number.to_string()));
    [
        switch(ENABLED, args.is_enabled),
        switch("cphulk::ip_based_protection", args.ip_based_protection),
        switch("cphulk::username_based_protection", args.username_based_protection),
        switch("cphulk::username_based_protection_for_root", args.username_based_protection_for_root),
        number("cphulk::max_failures_byip", args.max_failures_byip),
        number("cphulk::ip_brute_force_period_mins", args.ip_brute_force_period_mins),
        number("cphulk::mark_as_brute", args.mark_as_brute),
        number("cphulk::max_failures", args.max_failures),
        number("cphulk::brute_force_period_mins", args.brute_force_period_mins),
        number("cphulk::lookback_period_min", args.lookback_period_min),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Nobody is told that something is done which is not.
fn refuse_what_is_not_done(args: &Args) -> Result<(), ApiError> {
    let firewall = "this server makes no firewall rules";
    let mail = "this server sends no mail about logins";
    for (name, Flag(wanted), why) in [
        ("block_brute_force_with_firewall", args.block_brute_force_with_firewall, firewall),
        (
            "block_excessive_brute_force_with_firewall",
            args.block_excessive_brute_force_with_firewall,
            firewall,
        ),
        ("notify_on_brute", args.notify_on_brute, mail),
        ("notify_on_root_login", args.notify_on_root_login, mail),
        ("notify_on_root_login_for_known_netblock", args.notify_on_root_login_for_known_netblock, mail),
        (
            "username_based_protection_local_origin",
            args.username_based_protection_local_origin,
            "this server counts tries from everywhere",
        ),
    ] {
        if wanted {
            return Err(ApiError::refused(format!("The argument “{name}” must be 0: {why}.")));
        }
    }
    let (command, country) = ("this server runs no command", "this server knows no countries");
    for (name, wanted, why) in [
        ("command_to_run_on_brute_force", &args.command_to_run_on_brute_force, command),
        ("command_to_run_on_excessive_brute_force", &args.command_to_run_on_excessive_brute_force, command),
        ("country_whitelist", &args.country_whitelist, country),
        ("country_blacklist", &args.country_blacklist, country),
    ] {
        if !wanted.is_empty() {
            return Err(ApiError::refused(format!("The argument “{name}” must be empty: {why}.")));
        }
    }
    Ok(())
}
