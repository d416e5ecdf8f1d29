//! The figures that an administrator may change: those of the address and user rules of passwords, never of codes.

use std::time::Duration;

/// What is set of the throttle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// `cphulk::is_enabled`: the address and user rules and the two lists hold.
    pub enabled: bool,
    /// `cphulk::ip_based_protection`: the address rules hold.
    pub by_address: bool,
    /// `cphulk::username_based_protection`: the user rules hold.
    pub by_user: bool,
    /// `cphulk::username_based_protection_for_root`: they hold for root too.
    pub by_user_for_root: bool,
    /// `cphulk::max_failures_byip`: failures of an address that are free.
    pub failures_of_address: u32,
    /// `cphulk::ip_brute_force_period_mins`: the time in which they are.
    pub address_period: Duration,
    /// `cphulk::mark_as_brute`: so many failures block an address.
    pub block_from: u32,
    /// `cphulk::max_failures`: failures of a login name before its slow lane.
    pub failures_of_user: u32,
    /// `cphulk::brute_force_period_mins`: the time in which they are.
    pub user_period: Duration,
    /// `cphulk::lookback_period_min`: how long wrong tries stay in the list of them.
    pub lookback: Duration,
}
