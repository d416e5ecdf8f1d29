//! What everybody who can log in has, and what goes with them.

use portreeve_types::{LoginName, Subject};

use crate::change::Change;
use crate::error::StoreError;
use crate::sessions::Session;
use crate::value::values;
use crate::write::Write;

/// What ended with somebody's logins.
pub(crate) struct EndedLogins {
    /// So many sessions.
    pub(crate) sessions: u64,
    /// So many pending logins, sessions to be taken up and kept pages.
    pub(crate) others: u64,
}

impl Write<'_> {
    /// Removes all records of a subject other than itself: sessions, pending logins, second factor, recovery
    /// codes, ledgers, verified and known addresses and security questions. Whoever has its name later is another.
    pub(crate) async fn remove_subject(
        &mut self,
        subject: Subject,
        name: &LoginName,
    ) -> Result<(), StoreError> {
        self.end_logins(subject, None).await?;
        self.forget_addresses(&name.to_string(), None).await?;
        for removal in [
            "DELETE FROM two_factors WHERE subject_kind = $1 AND subject_number = $2",
            "DELETE FROM recovery_codes WHERE subject_kind = $1 AND subject_number = $2",
            // the ledger first, as whoever judges a code locks it first
            "DELETE FROM code_ledgers WHERE subject_kind = $1 AND subject_number = $2",
            "DELETE FROM code_uses WHERE subject_kind = $1 AND subject_number = $2",
        ] {
            self.execute(removal, values![subject.kind(), subject.number()]).await?;
        }
        self.changed(Change::two_factor(subject));
        self.forget_questions(subject).await
    }

    /// Ends the subject's sessions, but for one, those to be taken up, its pending logins and the pages that it keeps
    /// open: what was proven for them no longer counts. What it has opened in the name of others ends too.
    pub(crate) async fn end_logins(
        &mut self,
        subject: Subject,
        except: Option<&Session>,
    ) -> Result<EndedLogins, StoreError> {
        let possessor = match subject {
            Subject::Account(id) => Some(id.0),
            Subject::Mailbox(_) => None,
        };
        let mut others = 0;
        for waiting in [
            "DELETE FROM pending_logins
             WHERE (subject_kind = $1 AND subject_number = $2) OR possessor = $3",
            "DELETE FROM temporary_sessions
             WHERE (subject_kind = $1 AND subject_number = $2) OR possessor = $3",
        ] {
            others += self.execute(waiting, values![subject.kind(), subject.number(), possessor]).await?;
        }
        let pages = "DELETE FROM kept_pages WHERE subject_kind = $1 AND subject_number = $2";
        others += self.execute(pages, values![subject.kind(), subject.number()]).await?;
        let removal = "DELETE FROM sessions
            WHERE ((subject_kind = $1 AND subject_number = $2) OR possessor = $3) AND id <> $4 RETURNING id";
        let except = except.map(|session| session.id.to_hex()).unwrap_or_default();
        let rows = self.rows(removal, values![subject.kind(), subject.number(), possessor, except]).await?;
        let mut sessions = 0;
        for row in &rows {
            self.changed(Change::Session(row.text("id")?));
            sessions += 1;
        }
        Ok(EndedLogins { sessions, others })
    }
}
