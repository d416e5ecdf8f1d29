//! The settings of the throttle under the original's names.

use std::time::Duration;

use portreeve_api::{ApiError, Ctx, Flag};
use schemars::JsonSchema;
use serde::Serialize;

/// The settings. What this server does not do is always off (docs/differences.md).
#[derive(Serialize, JsonSchema)]
pub(crate) struct Config {
    /// Whether firewall rules are made: never.
    block_brute_force_with_firewall: Flag,
    /// The same for addresses that are blocked for long: never.
    block_excessive_brute_force_with_firewall: Flag,
    /// The time in which failures of a login name count towards its slow lane, in minutes.
    brute_force_period_mins: u64,
    /// The same in seconds.
    brute_force_period_sec: u64,
    /// Whether firewall rules can be made: no.
    can_temp_ban_firewall: Flag,
    /// A command that is run: none, ever.
    command_to_run_on_brute_force: String,
    /// The same for addresses that are blocked for long: none, ever.
    command_to_run_on_excessive_brute_force: String,
    /// Whether guesses are counted by address.
    ip_based_protection: Flag,
    /// The time in which the free failures of an address count, in minutes.
    ip_brute_force_period_mins: u64,
    /// The same in seconds.
    ip_brute_force_period_sec: u64,
    /// Whether the address and user rules hold, and the lists.
    is_enabled: Flag,
    /// How long failed logins stay in the list of them, in minutes.
    lookback_period_min: u64,
    /// The same in seconds.
    lookback_time: u64,
    /// Failures after which an address is blocked.
    mark_as_brute: u32,
    /// Failures of a login name before its slow lane.
    max_failures: u32,
    /// Failures of an address that are free.
    max_failures_byip: u32,
    /// Whether mail is sent: never.
    notify_on_brute: Flag,
    /// Whether mail is sent: never.
    notify_on_root_login: Flag,
    /// Whether mail is sent: never.
    notify_on_root_login_for_known_netblock: Flag,
    /// Whether wrong passwords are counted by login name over all addresses.
    username_based_protection: Flag,
    /// The same for root.
    username_based_protection_for_root: Flag,
    /// Whether only local requests count: never.
    username_based_protection_local_origin: Flag,
}

/// The settings of now.
pub(crate) async fn config(cx: &Ctx) -> Result<Config, ApiError> {
    let figures = cx.store.policies().await?.throttling;
    let minutes = |span: Duration| span.as_secs() / 60;
    let never = Flag(false);
    Ok(Config {
        block_brute_force_with_firewall: never,
        block_excessive_brute_force_with_firewall: never,
        brute_force_period_mins: minutes(figures.user_period),
        brute_force_period_sec: figures.user_period.as_secs(),
        can_temp_ban_firewall: never,
        command_to_run_on_brute_force: String::new(),
        command_to_run_on_excessive_brute_force: String::new(),
        ip_based_protection: Flag(figures.by_address),
        ip_brute_force_period_mins: minutes(figures.address_period),
        ip_brute_force_period_sec: figures.address_period.as_secs(),
        is_enabled: Flag(figures.enabled),
        lookback_period_min: minutes(figures.lookback),
        lookback_time: figures.lookback.as_secs(),
        mark_as_brute: figures.block_from,
        max_failures: figures.failures_of_user,
        max_failures_byip: figures.failures_of_address,
        notify_on_brute: never,
        notify_on_root_login: never,
        notify_on_root_login_for_known_netblock: never,
        username_based_protection: Flag(figures.by_user),
        username_based_protection_for_root: Flag(figures.by_user_for_root),
        username_based_protection_local_origin: never,
    })
}
