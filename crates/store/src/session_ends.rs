//! Ending sessions.

use std::time::Duration;

use portreeve_types::Subject;

use crate::change::Change;
use crate::error::StoreError;
use crate::locked::locked;
use crate::sessions::Session;
use crate::trail::{LoginEvent, SessionEnd, Trail};
use crate::value::values;
use crate::writer::Writer;

/// So many wrong security tokens ...
const MISMATCHES: usize = 100;
/// ... within this time end a session: somebody is guessing, with odds of about 1 in 10^8.
const MISMATCH_SPAN: Duration = Duration::from_secs(600);

impl Writer {
    /// Ends a session. Answers whether it still was one.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn end_session(&self, session: &Session) -> Result<bool, StoreError> {
        self.end_session_because(session, SessionEnd::Asked).await
    }

    /// Ends all sessions of a subject, but for one, and its pending logins. Answers how many sessions ended.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn end_sessions_of(
        &self,
        subject: Subject,
        except: Option<&Session>,
    ) -> Result<u64, StoreError> {
        let mut write = self.write().await?;
        let ended = write.end_logins(subject, except).await?;
        let who = write.login_name(subject).await?;
        let left = match ended.sessions + ended.others {
            0 => Trail::nothing("there were none"),
            _ => LoginEvent::SessionsEnded { who, ended: ended.sessions }.into(),
        };
        write.commit(left).await?;
        Ok(ended.sessions)
    }

    /// Counts a request of this session with a wrong security token, and ends the session when there were too many
    /// of late. Answers whether it ended.
    ///
    /// # Errors
    /// When the session has to end and the records are unavailable.
    pub async fn count_token_mismatch(&self, session: &Session) -> Result<bool, StoreError> {
        let now = self.now();
        let too_many = {
            let mut mismatches = locked(&session.mismatches);
            mismatches.push_back(now);
            while mismatches.len() > MISMATCHES {
                mismatches.pop_front();
            }
            let oldest = mismatches.front().copied().unwrap_or(now);
            mismatches.len() == MISMATCHES && now.since(oldest) <= MISMATCH_SPAN
        };
        if too_many {
            self.end_session_because(session, SessionEnd::WrongSecurityTokens).await?;
        }
        Ok(too_many)
    }

    async fn end_session_because(&self, session: &Session, reason: SessionEnd) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let ended = write.execute("DELETE FROM sessions WHERE id = $1", values![session.id]).await? > 0;
        write.changed(Change::Session(session.id.to_hex()));
        let (who, service, session) = (session.login.clone(), session.service, session.log_id());
        let left = match ended {
            true => LoginEvent::SessionEnded { who, service, session, reason }.into(),
            false => Trail::nothing("it had ended before"),
        };
        write.commit(left).await?;
        Ok(ended)
    }
}
