//! Last-seen times: kept in memory on every request, written once a minute.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use crate::error::StoreError;
use crate::locked::locked;
use crate::sessions::Session;
use crate::store::Inner;
use crate::trail::Trail;
use crate::value::values;

/// How many times one transaction writes: a write on SQLite holds up all others.
const CHUNK: usize = 500;

/// Sessions that were used since their time was last written.
#[derive(Default)]
pub(crate) struct LastSeen(Mutex<Vec<Arc<Session>>>);

impl LastSeen {
    /// Notes that a session was used. Only its first use in a minute takes the lock.
    pub(crate) fn touch(&self, session: &Arc<Session>) {
        if !session.touched.swap(true, Ordering::AcqRel) {
            locked(&self.0).push(session.clone());
        }
    }
}

impl Inner {
    /// Writes the last-seen times of the sessions used since the last call.
    pub(crate) async fn flush_last_seen(&self) -> Result<(), StoreError> {
        let mut touched = std::mem::take(&mut *locked(&self.last_seen.0));
        // one order on every node, so that none waits for the other
        touched.sort_unstable_by_key(|session| session.id.0);
        for session in &touched {
            // before the time is read: a use from now on is noted anew
            session.touched.store(false, Ordering::Release);
        }
        for chunk in touched.chunks(CHUNK) {
            if let Err(error) = self.write_last_seen(chunk).await {
                touched.iter().for_each(|session| self.last_seen.touch(session));
                return Err(error);
            }
        }
        Ok(())
    }

    async fn write_last_seen(&self, sessions: &[Arc<Session>]) -> Result<(), StoreError> {
        let mut write = self.write_of_itself().await?;
        for session in sessions {
            // another node may have seen it later
            let update = "UPDATE sessions SET last_seen = $2 WHERE id = $1 AND last_seen < $2";
            write.execute(update, values![session.id, session.last_seen()]).await?;
        }
        write.commit(Trail::nothing("a use changes nothing")).await
    }
}
