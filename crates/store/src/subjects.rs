//! What everybody who can log in has, and what goes with them.

use portreeve_types::Subject;

use crate::change::Change;
use crate::error::StoreError;
use crate::value::values;
use crate::write::Write;

impl Write<'_> {
    /// Removes all records of a subject other than itself: sessions, pending logins, second factor, ledgers.
    pub(crate) async fn remove_subject(&mut self, subject: Subject) -> Result<(), StoreError> {
        self.remove_sessions(subject, None).await?;
        for removal in [
            "DELETE FROM pending_logins WHERE subject_kind = $1 AND subject_number = $2",
            "DELETE FROM two_factors WHERE subject_kind = $1 AND subject_number = $2",
            "DELETE FROM code_uses WHERE subject_kind = $1 AND subject_number = $2",
            "DELETE FROM code_ledgers WHERE subject_kind = $1 AND subject_number = $2",
        ] {
            self.execute(removal, values![subject.kind(), subject.number()]).await?;
        }
        self.changed(Change::two_factor(subject));
        Ok(())
    }

    /// Ends the subject's sessions, but for the one with the id `except`; answers how many.
    pub(crate) async fn remove_sessions(
        &mut self,
        subject: Subject,
        except: Option<String>,
    ) -> Result<u64, StoreError> {
        let removal =
            "DELETE FROM sessions WHERE subject_kind = $1 AND subject_number = $2 AND id <> $3 RETURNING id";
        let except = except.unwrap_or_default();
        let rows = self.rows(removal, values![subject.kind(), subject.number(), except]).await?;
        let mut ended = 0;
        for row in &rows {
            self.changed(Change::Session(row.text("id")?));
            ended += 1;
        }
        Ok(ended)
    }
}
