//! What runs beside the requests. Once a second: the trail's entries that wait are written. Once a minute: last-seen
//! times and uses of tokens are written, expired rows go.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior};

use crate::error::StoreError;
use crate::store::{Inner, Store};
use crate::trail::Trail;
use crate::value::values;

const PERIOD: Duration = Duration::from_secs(60);
const TRAIL_PERIOD: Duration = Duration::from_secs(1);
/// An expired session's row stays so long, that its holder can be told "expired" and not "unknown".
const EXPIRED_KEPT: Duration = Duration::from_secs(86_400);

/// The upkeep under way; dropped, it ends by itself, between two rounds.
pub(crate) struct Upkeep {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Starts the upkeep; it ends with the store.
pub(crate) fn start(store: &Store) -> Upkeep {
    let (stop, stopped) = oneshot::channel();
    Upkeep { stop, task: tokio::spawn(run(Arc::downgrade(store.inner()), stopped)) }
}

impl Upkeep {
    /// Ends the upkeep, once the round under way is done: what it has taken in hand to write is written, or back in
    /// memory.
    pub(crate) async fn end(self) {
        drop(self.stop);
        // an error means that it ended before, which is as well
        let _ = self.task.await;
    }
}

async fn run(store: Weak<Inner>, mut stopped: oneshot::Receiver<()>) {
    let (mut minutes, mut seconds) = (every(PERIOD), every(TRAIL_PERIOD));
    // the first ticks come at once, when there is nothing to do
    minutes.tick().await;
    seconds.tick().await;
    let mut trail_stands = false;
    loop {
        let minute = tokio::select! {
            _ = minutes.tick() => true,
            _ = seconds.tick() => false,
            _ = &mut stopped => return,
        };
        let Some(store) = store.upgrade() else { return };
        if minute {
            if let Err(error) = Store::from_inner(store).upkeep().await {
                tracing::warn!(%error, "the minutely upkeep of the records failed and is tried again");
            }
            continue;
        }
        let flushed = store.flush_trail().await;
        if let (Err(error), false) = (&flushed, trail_stands) {
            tracing::warn!(%error, "entries of the audit trail wait: they could not be written");
        }
        trail_stands = flushed.is_err();
    }
}

fn every(period: Duration) -> Interval {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

impl Store {
    /// What is done once a minute and once a second, done now.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn upkeep(&self) -> Result<(), StoreError> {
        self.flush_trail().await?;
        self.flush_last_seen().await?;
        self.flush_token_uses().await?;
        self.refresh_on_record().await?;
        let policies = self.policies().await?;
        let times = policies.session_times;
        let now = self.now();
        let mut write = self.write_of_itself().await?;
        // expired sessions are refused by their times wherever they still are in memory: nobody needs notice
        // one that others were made in stays while they last, however long it rests itself
        let sessions = "DELETE FROM sessions WHERE stands_since <= $2 OR (last_seen <= $1 AND id NOT IN
            (SELECT maker_session FROM sessions WHERE maker_session IS NOT NULL))";
        let (idle, absolute) = (times.idle + EXPIRED_KEPT, times.absolute + EXPIRED_KEPT);
        write.execute(sessions, values![now.before(idle), now.before(absolute)]).await?;
        let pending = "DELETE FROM pending_logins WHERE created <= $1";
        write.execute(pending, values![now.before(crate::pending_logins::LASTS)]).await?;
        let temporary = "DELETE FROM temporary_sessions WHERE created <= $1";
        write.execute(temporary, values![now.before(times.temporary)]).await?;
        let pages = "DELETE FROM kept_pages WHERE created <= $1";
        write.execute(pages, values![self.oldest_kept_page()]).await?;
        write.sweep_throttle(now).await?;
        write.sweep_failed_logins(now, policies.throttling.lookback).await?;
        write.commit(Trail::nothing("what ended by itself, and when, was known before")).await
    }
}
