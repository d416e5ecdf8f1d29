//! Finding the session that a cookie names: on every request, and without SQL once it is in memory.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use portreeve_crypt::{Digest, Purpose};
use portreeve_types::{LoginName, Service, Timestamp};

use crate::error::StoreError;
use crate::policies::SessionTimes;
use crate::session_cookie::{SessionCookie, unescape};
use crate::sessions::Session;
use crate::store::Store;
use crate::value::values;

/// What a cookie turned out to be.
pub enum SessionLookup {
    /// A session. That it was found is no use of it yet: see [`Store::note_use`].
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
        let plain = unescape(cookie);
        let Some(cookie) = plain.as_deref().and_then(SessionCookie::parse) else {
            return Ok(SessionLookup::Unknown);
        };
        let id = self.digest(Purpose::SessionId, &cookie.id);
        let Some(session) = self.session_by_id(&id).await? else {
            return Ok(SessionLookup::Unknown);
        };
        // equality of digests takes the same time wherever they differ
        let proven = self.digest(Purpose::SessionSecret, &cookie.secret) == session.secret;
        if !proven || session.service != service || !is_written(&session.login, &cookie.login) {
            return Ok(SessionLookup::Unknown);
        }
        let times = self.policies().await?.session_times;
        let now = self.now();
        if !times.expired(&session, now) {
            return self.with_its_makers(session).await;
        }
        // Not seen here for long; perhaps another node saw it.
        self.models.sessions.forget(&id);
        match self.session_by_id(&id).await? {
            Some(session) if !times.expired(&session, now) => self.with_its_makers(session).await,
            _ => Ok(SessionLookup::Expired),
        }
    }

    /// Counts the session as used now. Only what its request was let in for is a use: a request that lacks the
    /// security token, or comes from elsewhere, must not keep a session alive.
    pub fn note_use(&self, session: &Arc<Session>) {
        session.last_seen.fetch_max(self.now().seconds(), Ordering::Relaxed);
        self.last_seen.touch(session);
    }

    /// A session on record, whether it has expired or not.
    pub(crate) async fn session_by_id(&self, id: &Digest) -> Result<Option<Arc<Session>>, StoreError> {
        let fill = || async {
            let row = self.db.row("SELECT * FROM sessions WHERE id = $1", values![*id]).await?;
            row.as_ref().map(Session::from_row).transpose()
        };
        self.models.sessions.get(id, fill).await
    }

    /// A session is one for as long as those that it was made in are.
    async fn with_its_makers(&self, session: Arc<Session>) -> Result<SessionLookup, StoreError> {
        let last = self.makers(&session).await?.is_some();
        Ok(if last { SessionLookup::Found(session) } else { SessionLookup::Unknown })
    }
}

/// Whether a text is this login name as its cookie has it. The name proves nothing, the halves behind it do; it is
/// compared all the same, so that no cookie is good that was not issued in just this form.
fn is_written(login: &LoginName, text: &str) -> bool {
    match login {
        LoginName::Account(user) => user.as_str() == text,
        LoginName::Mailbox(address) => text.rsplit_once('@').is_some_and(|(local, domain)| {
            address.local.as_str() == local && address.domain.as_str() == domain
        }),
    }
}

impl SessionTimes {
    /// Whether a session has lasted, or rested, too long.
    pub(crate) fn expired(&self, session: &Session, now: Timestamp) -> bool {
        now.since(session.standing.since) >= self.absolute
            || now.since(session.last_seen()) >= self.idle
            || session.standing.is_over(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_name_is_compared_as_it_is_written() {
        for (login, text, same) in [
            ("cptest", "cptest", true),
            ("cptest", "cptest2", false),
            ("cptest", "Cptest", false),
            ("cptest", "cptest@cptest.example", false),
            ("info@cptest.example", "info@cptest.example", true),
            ("info@cptest.example", "info@CPTEST.example", false),
            ("info@cptest.example", "other@cptest.example", false),
            ("info@cptest.example", "info", false),
        ] {
            assert_eq!(is_written(&login.parse().unwrap(), text), same, "{login} {text}");
        }
    }
}
