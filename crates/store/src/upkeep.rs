//! What runs once a minute beside the requests: last-seen times are written, expired rows go.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::MissedTickBehavior;

use crate::error::StoreError;
use crate::store::{Inner, Store};
use crate::value::values;

const PERIOD: Duration = Duration::from_secs(60);
/// An expired session's row stays so long, that its holder can be told "expired" and not "unknown".
const EXPIRED_KEPT: Duration = Duration::from_secs(86_400);

/// Starts the upkeep; it ends with the store.
pub(crate) fn start(store: &Store) -> AbortHandle {
    let store = Arc::downgrade(store.inner());
    tokio::spawn(run(store)).abort_handle()
}

async fn run(store: Weak<Inner>) {
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // the first tick comes at once, when there is nothing to do
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let Some(store) = store.upgrade() else { return };
        if let Err(error) = Store::from_inner(store).upkeep().await {
            tracing::warn!(%error, "the minutely upkeep of the records failed and is tried again");
        }
    }
}

impl Store {
    /// What is done once a minute, done now.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn upkeep(&self) -> Result<(), StoreError> {
        self.flush_last_seen().await?;
        let times = self.policies().await?.session_times;
        let now = self.now();
        let before =
            |span: Duration| now.seconds().saturating_sub(i64::try_from(span.as_secs()).unwrap_or(i64::MAX));
        let mut write = self.write().await?;
        // expired sessions are refused by their times wherever they still are in memory: nobody needs notice
        let sessions = "DELETE FROM sessions WHERE last_seen <= $1 OR created <= $2";
        let (idle, absolute) = (times.idle + EXPIRED_KEPT, times.absolute + EXPIRED_KEPT);
        write.execute(sessions, values![before(idle), before(absolute)]).await?;
        let pending = "DELETE FROM pending_logins WHERE created <= $1";
        write.execute(pending, values![before(crate::pending_logins::LASTS)]).await?;
        let throttle = "DELETE FROM throttle WHERE last_failure <= $1";
        write.execute(throttle, values![before(crate::throttle::DECAY)]).await?;
        write.commit().await
    }
}
