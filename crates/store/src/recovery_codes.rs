//! Recovery codes: each is good once, for the enrolment that it was made with.

use portreeve_crypt::{Purpose, RecoveryCode, Zeroizing};
use portreeve_types::Subject;

use crate::error::StoreError;
use crate::proven::Acting;
use crate::sessions::Session;
use crate::store::{Inner, Store};
use crate::trail::FactorEvent;
use crate::value::values;
use crate::write::Write;
use crate::writer::Writer;

/// The codes that somebody has left.
const LEFT: &str = "SELECT digest FROM recovery_codes WHERE subject_kind = $1 AND subject_number = $2";

impl Store {
    /// How many recovery codes somebody has left.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn recovery_codes_left(&self, subject: Subject) -> Result<usize, StoreError> {
        Ok(self.db.rows(LEFT, values![subject.kind(), subject.number()]).await?.len())
    }
}

impl Writer {
    /// Uses a recovery code of an enrolment up. Answers how many are left; none when it is no code of that enrolment,
    /// or no longer. What follows may rely on it: its end is durable.
    ///
    /// # Errors
    /// When the records are unavailable; the code must count as refused then.
    pub async fn use_recovery_code(
        &self,
        subject: Subject,
        enrolment: i64,
        code: &RecoveryCode,
    ) -> Result<Option<usize>, StoreError> {
        // the look-up and the end of the code are one statement: of many who bring it at once one finds it
        let removal =
            "DELETE FROM recovery_codes WHERE subject_kind = $1 AND subject_number = $2 AND digest = $3";
        let digests = self.digests(Purpose::RecoveryCode, &digested(subject, enrolment, code));
        let mut write = self.write().await?;
        let mut ended = 0;
        for digest in digests {
            ended += write.execute(removal, values![subject.kind(), subject.number(), digest]).await?;
        }
        if ended == 0 {
            return Ok(None);
        }
        let left = write.rows(LEFT, values![subject.kind(), subject.number()]).await?.len();
        let who = write.login_name(subject).await?;
        write.commit(FactorEvent::RecoveryCodeUsed { who, left }).await?;
        Ok(Some(left))
    }

    /// Puts new recovery codes in the place of the old ones, for the enrolment that was found. Answers whether it did:
    /// not if the factor was changed meanwhile, or the acting session ended.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn replace_recovery_codes(
        &self,
        subject: Subject,
        found: i64,
        codes: &[RecoveryCode],
        acting: Option<&Session>,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        if !write
            .still_acts(Acting { subject, password: None, enrolment: Some(found), session: acting })
            .await?
        {
            return Ok(false);
        }
        self.write_recovery_codes(&mut write, subject, found, codes).await?;
        let (who, recovery_codes) = (write.login_name(subject).await?, codes.len());
        write.commit(FactorEvent::RecoveryCodesMade { who, recovery_codes }).await?;
        Ok(true)
    }
}

impl Inner {
    /// Puts these codes in the place of all earlier ones.
    pub(crate) async fn write_recovery_codes(
        &self,
        write: &mut Write<'_>,
        subject: Subject,
        enrolment: i64,
        codes: &[RecoveryCode],
    ) -> Result<(), StoreError> {
        write.remove_recovery_codes(subject).await?;
        let insert = "INSERT INTO recovery_codes (subject_kind, subject_number, digest) VALUES ($1, $2, $3)";
        for code in codes {
            let digest = self.digest(Purpose::RecoveryCode, &digested(subject, enrolment, code));
            write.execute(insert, values![subject.kind(), subject.number(), digest]).await?;
        }
        Ok(())
    }
}

/// What is digested holds owner and enrolment, so that a row is worth nothing in another's place or at a later time.
fn digested(subject: Subject, enrolment: i64, code: &RecoveryCode) -> Zeroizing<String> {
    format!("{}\0{}\0{enrolment}\0{}", subject.kind(), subject.number(), code.expose()).into()
}

impl Write<'_> {
    /// Ends a subject's recovery codes.
    pub(crate) async fn remove_recovery_codes(&mut self, subject: Subject) -> Result<(), StoreError> {
        let removal = "DELETE FROM recovery_codes WHERE subject_kind = $1 AND subject_number = $2";
        self.execute(removal, values![subject.kind(), subject.number()]).await?;
        Ok(())
    }
}
