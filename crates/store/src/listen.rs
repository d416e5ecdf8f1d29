//! Hearing of other nodes' writes, and noticing when one does not hear.
//!
//! Each store sends itself a beat through the database. While it hears its own beat it hears the others too; when
//! it has not heard it for a while, or its connection broke, notices may have been lost: the read models are
//! bypassed until the beat is heard again, and start from empty then.

use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use sqlx::postgres::{PgListener, PgPool};
use tokio::task::AbortHandle;
use tokio::time::{Instant, MissedTickBehavior};

use crate::change::{CHANNEL, Change, Notice};
use crate::error::StoreError;
use crate::locked::locked;
use crate::read_models::ReadModels;
use crate::store::{Inner, Store};

/// How often a store sends itself a beat.
const BEAT: Duration = Duration::from_secs(3);
/// How long the own beat may be missing before the read models are bypassed.
const SILENCE: Duration = Duration::from_secs(10);
/// The pause before a broken connection is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// When the own beat was last heard, and what follows from it.
struct Hearing {
    node: i64,
    models: Arc<ReadModels>,
    heard: Mutex<Instant>,
}

impl Hearing {
    /// Takes in one notice.
    fn notice(&self, text: &str) {
        let Ok(notice) = serde_json::from_str::<Notice>(text) else {
            // from a program that says more than this one understands: whatever it changed is included
            return self.models.forget(&Change::Everything);
        };
        if notice.node == self.node {
            *locked(&self.heard) = Instant::now();
            if !self.models.trusted() {
                tracing::info!("notices of other nodes are heard again; the read models start from empty");
                self.models.trust_again();
            }
        } else {
            // the own changes were dropped when they were committed
            notice.changes.iter().for_each(|change| self.models.forget(change));
        }
    }

    /// Notices may have been lost.
    fn lost(&self, why: &str) {
        if self.models.trusted() {
            tracing::warn!(why, "notices of other nodes may be missed; reading the database instead");
            self.models.distrust();
        }
    }

    fn is_silent(&self) -> bool {
        locked(&self.heard).elapsed() > SILENCE
    }
}

/// Starts listening, on PostgreSQL; returns once nothing that other nodes change can be missed unnoticed.
pub(crate) async fn start(store: &Store) -> Result<Vec<AbortHandle>, StoreError> {
    let Some(pool) = store.db.postgres().cloned() else { return Ok(Vec::new()) };
    let hearing = Arc::new(Hearing {
        node: store.node,
        models: store.models.clone(),
        heard: Mutex::new(Instant::now()),
    });
    let listener = connect(&pool).await?;
    let listening = tokio::spawn(listen(pool, listener, hearing.clone()));
    let beating = tokio::spawn(beat(Arc::downgrade(store.inner()), hearing));
    Ok(vec![listening.abort_handle(), beating.abort_handle()])
}

async fn connect(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// Hears until the task is ended. A broken connection is replaced by a new one: what was said in between is lost.
async fn listen(pool: PgPool, mut listener: PgListener, hearing: Arc<Hearing>) {
    loop {
        match listener.try_recv().await {
            Ok(Some(notification)) => hearing.notice(notification.payload()),
            Ok(None) | Err(_) => {
                hearing.lost("the connection was lost");
                let Some(connected) = connect_again(&pool).await else { return };
                listener = connected;
            }
        }
    }
}

/// A new connection, however long it takes; none once the store is closed.
async fn connect_again(pool: &PgPool) -> Option<PgListener> {
    while !pool.is_closed() {
        match connect(pool).await {
            Ok(listener) => return Some(listener),
            Err(_) => tokio::time::sleep(RETRY).await,
        }
    }
    None
}

/// Sends the beat and watches for its absence.
async fn beat(store: Weak<Inner>, hearing: Arc<Hearing>) {
    let beat = Notice { node: hearing.node, changes: Vec::new() }.to_text();
    let mut ticks = tokio::time::interval(BEAT);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(store) = store.upgrade() else { return };
        let Some(pool) = store.db.postgres() else { return };
        // past the count of statements: a beat comes whenever it is due, and says nothing of what requests send
        let sent = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(beat.as_str()).execute(pool);
        // a database that does not answer must not keep this task from noticing the silence
        let _ = tokio::time::timeout(BEAT, sent).await;
        if hearing.is_silent() {
            hearing.lost("the own beat is not heard");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: i64 = 1;

    fn hearing(heard: Instant) -> Hearing {
        Hearing {
            node: OWN,
            models: Arc::new(ReadModels::new(Arc::new(portreeve_types::SystemClock))),
            heard: Mutex::new(heard),
        }
    }

    fn notice(node: i64, changes: Vec<Change>) -> String {
        Notice { node, changes }.to_text()
    }

    /// Whether a setting that was read before is still believed.
    fn believes(hearing: &Hearing) -> bool {
        hearing.models.settings.peek(&"key".to_owned()).is_some()
    }

    fn read(hearing: &Hearing) {
        let settings = &hearing.models.settings;
        settings.keep(settings.version(), "key".to_owned(), Some("text".to_owned()));
    }

    #[tokio::test]
    async fn ten_seconds_without_the_own_beat_are_silence() {
        let now = Instant::now();
        assert!(!hearing(now - Duration::from_secs(9)).is_silent());
        let silent = hearing(now - Duration::from_secs(11));
        assert!(silent.is_silent());
        silent.notice(&notice(OWN, Vec::new()));
        assert!(!silent.is_silent());
    }

    #[tokio::test]
    async fn after_silence_nothing_is_believed_until_the_own_beat_and_nothing_old_then() {
        let hearing = hearing(Instant::now());
        read(&hearing);
        assert!(believes(&hearing));
        hearing.lost("a test");
        assert!(!believes(&hearing));
        hearing.notice(&notice(2, Vec::new()));
        assert!(!believes(&hearing), "another node's beat does not count");
        hearing.notice(&notice(OWN, Vec::new()));
        assert!(!believes(&hearing), "what was read before is gone");
        read(&hearing);
        assert!(believes(&hearing));
    }

    #[tokio::test]
    async fn a_notice_drops_what_it_names_and_one_that_is_not_understood_drops_everything() {
        let hearing = hearing(Instant::now());
        for (text, believed) in [
            (notice(2, vec![Change::Setting("other".to_owned())]), true),
            (notice(2, vec![Change::Setting("key".to_owned())]), false),
            (r#"{"node":2,"changes":["Invention"]}"#.to_owned(), false),
        ] {
            read(&hearing);
            hearing.notice(&text);
            assert_eq!(believes(&hearing), believed, "{text}");
        }
    }
}
