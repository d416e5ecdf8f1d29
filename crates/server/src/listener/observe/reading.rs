//! What costs something to find out. However often somebody asks us, we ask once a second.

use std::time::Duration;

use portreeve_store::Store;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::process::Process;

/// How long what was found out is taken for true.
const FRESH: Duration = Duration::from_secs(1);

/// How long the records may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What was found out.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// The number of the last entry in this node's audit trail; none while the records are out of reach.
    pub(super) trail: Option<i64>,
    /// What the kernel says; none if nobody could be sent to ask.
    pub(super) process: Option<Process>,
}

/// Finds it out.
#[derive(Default)]
pub(super) struct Reader(Mutex<Option<(Instant, Reading)>>);

impl Reader {
    /// As it is now, or was a moment ago.
    pub(super) async fn read(&self, store: &Store) -> Reading {
        // those who come meanwhile wait for the same answer
        let mut last = self.0.lock().await;
        if let Some((when, reading)) = *last
            && when.elapsed() < FRESH
        {
            return reading;
        }
        let was_in_reach = last.is_none_or(|(_, reading)| reading.trail.is_some());
        let trail = trail(store, was_in_reach).await;
        let process = tokio::task::spawn_blocking(Process::read).await.ok();
        let reading = Reading { trail, process };
        *last = Some((Instant::now(), reading));
        reading
    }
}

/// A failure is told once, until the records have been in reach again.
async fn trail(store: &Store, tell: bool) -> Option<i64> {
    let why = match timeout(PATIENCE, store.own_trail_head()).await {
        Ok(Ok(head)) => return Some(head.map_or(0, |head| head.sequence)),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("there is no answer for {} seconds", PATIENCE.as_secs()),
    };
    if tell {
        tracing::error!(why, "the records are out of reach");
    }
    None
}
