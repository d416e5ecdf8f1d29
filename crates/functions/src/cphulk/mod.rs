//! What the functions share that show and change the throttle under the original's names.

mod config;
mod lists;
mod shown;

use portreeve_api::{ApiError, Ctx, Flag};
use portreeve_types::Timestamp;

pub(crate) use config::{Config, config};
pub(crate) use lists::{Added, Comment, ListName, Requester, add};
pub(crate) use shown::{FailedTry, HeldBackAddress, failed_logins, held_back, held_back_names};

/// The setting that switches it on and off.
pub(crate) const ENABLED: &str = "cphulk::is_enabled";

/// Refuses while it is switched off, as the original does, unless the caller says that this is of no consequence.
pub(crate) async fn require_enabled(cx: &Ctx, skip: Flag) -> Result<(), ApiError> {
    if skip.0 || cx.store.policies().await?.throttling.enabled {
        return Ok(());
    }
    Err(ApiError::refused("cPHulk is disabled on the server."))
}

/// A moment in UTC, the way the original's lists have it: `2026-01-15 12:00:05`.
pub(crate) fn moment(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.seconds())
        .map_or_else(|_| at.seconds().to_string(), |at| at.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

/// Minutes that are left until a moment, begun ones counted; at least one.
pub(crate) fn minutes_left(cx: &Ctx, until: Timestamp) -> i64 {
    let seconds = until.seconds().saturating_sub(cx.clock.now().seconds());
    seconds.saturating_add(59).div_euclid(60).max(1)
}
