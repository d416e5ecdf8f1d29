//! Second factors as an administrator sees them: who has one, and bringing them along from another server.

use std::collections::HashSet;

use portreeve_crypt::TotpSecret;
use portreeve_types::Subject;

use crate::error::StoreError;
use crate::proven::Acting;
use crate::store::Store;
use crate::trail::FactorEvent;
use crate::value::values;
use crate::writer::Writer;

impl Store {
    /// Everybody who has a second factor.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn subjects_with_two_factor(&self) -> Result<HashSet<Subject>, StoreError> {
        let sql = "SELECT subject_kind, subject_number FROM two_factors";
        self.db.rows(sql, values![]).await?.iter().map(|row| row.subject()).collect()
    }
}

impl Writer {
    /// Gives these second factors to their subjects, whatever they had before, all of them or none. All sessions of
    /// the subjects end, and their recovery codes. Answers whether it did: not if one of the subjects is gone, or what
    /// whoever acts was let in with holds no longer.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn import_two_factors(
        &self,
        factors: &[(Subject, TotpSecret)],
        acting: Acting<'_>,
    ) -> Result<bool, StoreError> {
        // one order everywhere, so that of two imports none waits for the other
        let mut held: Vec<Subject> = factors.iter().map(|(subject, _)| *subject).collect();
        held.push(acting.subject);
        held.sort_by_key(|subject| (subject.kind(), subject.number()));
        let mut write = self.write().await?;
        for subject in held {
            if !write.hold_subject(subject).await? {
                return Ok(false);
            }
        }
        if !write.still_acts(acting).await? {
            return Ok(false);
        }
        let mut left = Vec::with_capacity(factors.len());
        for (subject, secret) in factors {
            self.write_two_factor(&mut write, *subject, secret, self.new_id(), None).await?;
            write.remove_recovery_codes(*subject).await?;
            write.end_logins(*subject, None).await?;
            left.push(FactorEvent::FactorImported { who: write.login_name(*subject).await? });
        }
        write.commit(left).await?;
        Ok(true)
    }
}
