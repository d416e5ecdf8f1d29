//! Finding the session that a cookie names: on every request, and without SQL once it is in memory.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use portreeve_crypt::{Digest, Purpose};
use portreeve_types::{Service, Timestamp};

use crate::error::StoreError;
use crate::policies::SessionTimes;
use crate::session_cookie::SessionCookie;
use crate::sessions::Session;
use crate::store::Store;
use crate::value::values;

/// What a cookie turned out to be.
pub enum SessionLookup {
    /// A session; it counts as used now.
    Found(Arc<Session>),
    /// A session that lasted too long, or was not used for too long.
    Expired,
    /// No session of this service.
    Unknown,
}

impl Store {
    /// The session of a service that a cookie's value names and proves.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn session(&self, service: Service, cookie: &str) -> Result<SessionLookup, StoreError> {
        let Some(cookie) = SessionCookie::parse(cookie) else { return Ok(SessionLookup::Unknown) };
        let id = self.digest(Purpose::SessionId, &cookie.id);
        let Some(session) = self.models.sessions.get(&id, self.read_session(&id)).await? else {
            return Ok(SessionLookup::Unknown);
        };
        // equality of digests takes the same time wherever they differ
        let proven = self.digest(Purpose::SessionSecret, &cookie.secret) == session.secret;
        if !proven || session.service != service || session.login.to_string() != cookie.login {
            return Ok(SessionLookup::Unknown);
        }
        let times = self.policies().await?.session_times;
        let now = self.now();
        if !times.expired(&session, now) {
            return Ok(self.found(session, now));
        }
        // Not seen here for long; perhaps another node saw it.
        self.models.sessions.forget(&id);
        match self.models.sessions.get(&id, self.read_session(&id)).await? {
            Some(session) if !times.expired(&session, now) => Ok(self.found(session, now)),
            _ => Ok(SessionLookup::Expired),
        }
    }

    fn found(&self, session: Arc<Session>, now: Timestamp) -> SessionLookup {
        session.last_seen.fetch_max(now.seconds(), Ordering::Relaxed);
        self.last_seen.touch(&session);
        SessionLookup::Found(session)
    }

    async fn read_session(&self, id: &Digest) -> Result<Option<Arc<Session>>, StoreError> {
        let row = self.db.row("SELECT * FROM sessions WHERE id = $1", values![*id]).await?;
        row.as_ref().map(Session::from_row).transpose()
    }
}

impl SessionTimes {
    /// Whether a session has lasted, or rested, too long.
    pub(crate) fn expired(&self, session: &Session, now: Timestamp) -> bool {
        now.since(session.created) >= self.absolute || now.since(session.last_seen()) >= self.idle
    }
}
