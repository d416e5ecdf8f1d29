//! Second factors: the one-time-code secret of an account or a mailbox.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use portreeve_crypt::{SealContext, TotpSecret};
use portreeve_types::{Subject, Timestamp};

use crate::change::Change;
use crate::error::StoreError;
use crate::row::Row;
use crate::sessions::Session;
use crate::store::{Inner, Store};
use crate::value::values;

/// A second factor.
pub struct TwoFactor {
    /// The secret that codes follow from.
    pub secret: TotpSecret,
    /// When it was set up.
    pub enrolled: Timestamp,
}

/// Ties a sealed secret to its owner.
fn context(subject: Subject) -> SealContext {
    SealContext { purpose: "totp secret", subject }
}

impl Store {
    /// Somebody's second factor, if there is one.
    ///
    /// # Errors
    /// When the records are unavailable, or the secret was sealed for somebody else.
    pub async fn two_factor(&self, subject: Subject) -> Result<Option<Arc<TwoFactor>>, StoreError> {
        let filled = self.models.two_factors.get(&subject, async {
            let sql = "SELECT * FROM two_factors WHERE subject_kind = $1 AND subject_number = $2";
            let row = self.db.row(sql, values![subject.kind(), subject.number()]).await?;
            let two_factor = row.map(|row| self.open_two_factor(subject, &row)).transpose()?;
            Ok(Some(two_factor))
        });
        Ok(filled.await?.flatten())
    }

    /// Sets up a second factor, or replaces it. The subject's pending logins end with the same commit, and its
    /// sessions but for one.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn set_two_factor(
        &self,
        subject: Subject,
        secret: &TotpSecret,
        except: Option<&Session>,
    ) -> Result<(), StoreError> {
        let sealed = self.keyring.seal(&context(subject), secret.bytes(), &*self.entropy);
        let upsert = "INSERT INTO two_factors (subject_kind, subject_number, secret, enrolled)
            VALUES ($1, $2, $3, $4) ON CONFLICT (subject_kind, subject_number) DO UPDATE SET
            secret = excluded.secret, enrolled = excluded.enrolled";
        let record = values![subject.kind(), subject.number(), STANDARD_NO_PAD.encode(sealed), self.now()];
        let mut write = self.write().await?;
        write.execute(upsert, record).await?;
        write.end_logins(subject, except).await?;
        write.changed(Change::two_factor(subject));
        write.commit().await
    }

    /// Removes a second factor. Answers whether there was one; if so, the subject's pending logins end with the same
    /// commit, and its sessions but for one. The ledgers stay: a code that was used stays used.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn remove_two_factor(
        &self,
        subject: Subject,
        except: Option<&Session>,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let removal = "DELETE FROM two_factors WHERE subject_kind = $1 AND subject_number = $2";
        if write.execute(removal, values![subject.kind(), subject.number()]).await? == 0 {
            return Ok(false);
        }
        write.end_logins(subject, except).await?;
        write.changed(Change::two_factor(subject));
        write.commit().await?;
        Ok(true)
    }
}

impl Inner {
    fn open_two_factor(&self, subject: Subject, row: &Row) -> Result<Arc<TwoFactor>, StoreError> {
        let corrupt = StoreError::Corrupt { column: "secret" };
        let Ok(sealed) = STANDARD_NO_PAD.decode(row.text("secret")?) else { return Err(corrupt) };
        let plain = self.keyring.open(&context(subject), &sealed)?;
        Ok(Arc::new(TwoFactor {
            secret: TotpSecret::from_bytes(&plain).map_err(|_| corrupt)?,
            enrolled: row.moment("enrolled")?,
        }))
    }
}
