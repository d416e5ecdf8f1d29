//! Second factors: the one-time-code secret of an account or a mailbox.

use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use portreeve_crypt::{RecoveryCode, SealContext, TotpSecret};
use portreeve_types::{Subject, Timestamp};

use crate::change::Change;
use crate::error::StoreError;
use crate::proven::Acting;
use crate::row::Row;
use crate::sessions::Session;
use crate::store::{Inner, Store};
use crate::trail::FactorEvent;
use crate::value::values;
use crate::write::Write;
use crate::writer::Writer;

/// A second factor.
pub struct TwoFactor {
    /// The secret that codes follow from.
    pub secret: TotpSecret,
    /// When it was set up.
    pub enrolled: Timestamp,
    /// Tells this enrolment from every other: what is proven with one counts for no later one.
    pub enrolment: i64,
}

/// Ties a sealed secret to its owner.
pub(crate) fn context(subject: Subject) -> SealContext {
    SealContext { purpose: "totp secret", subject }
}

impl Store {
    /// Somebody's second factor, if there is one.
    ///
    /// # Errors
    /// When the records are unavailable, or the secret was sealed for somebody else.
    pub async fn two_factor(&self, subject: Subject) -> Result<Option<Arc<TwoFactor>>, StoreError> {
        let filled = self.models.two_factors.get(&subject, || async {
            let sql = "SELECT * FROM two_factors WHERE subject_kind = $1 AND subject_number = $2";
            let row = self.db.row(sql, values![subject.kind(), subject.number()]).await?;
            let two_factor = row.map(|row| self.open_two_factor(subject, &row)).transpose()?;
            Ok(Some(two_factor))
        });
        Ok(filled.await?.flatten())
    }
}

impl Writer {
    /// Sets up a second factor without recovery codes: [`Writer::set_two_factor_and_codes`].
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn set_two_factor(
        &self,
        subject: Subject,
        secret: &TotpSecret,
        found: Option<i64>,
        acting: Option<&Session>,
    ) -> Result<bool, StoreError> {
        self.set_two_factor_and_codes(subject, secret, &[], found, acting).await
    }

    /// Sets up a second factor in the place of the one that was found (none, or this enrolment), with its recovery
    /// codes. Answers whether it did: not if somebody else changed it meanwhile, or the acting session ended. The
    /// subject's pending logins end with the same commit, and its sessions but for the acting one.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn set_two_factor_and_codes(
        &self,
        subject: Subject,
        secret: &TotpSecret,
        codes: &[RecoveryCode],
        found: Option<i64>,
        acting: Option<&Session>,
    ) -> Result<bool, StoreError> {
        let enrolment = self.new_id();
        let mut write = self.write().await?;
        if !write.still_acts(Acting { subject, password: None, enrolment: found, session: acting }).await? {
            return Ok(false);
        }
        let owner_at = acting.map(|session| session.address);
        self.write_two_factor(&mut write, subject, secret, enrolment, owner_at).await?;
        self.write_recovery_codes(&mut write, subject, enrolment, codes).await?;
        write.end_logins(subject, acting).await?;
        let (who, recovery_codes) = (write.login_name(subject).await?, codes.len());
        write.commit(FactorEvent::FactorSetUp { who, replaced: found.is_some(), recovery_codes }).await?;
        Ok(true)
    }

    /// Removes the second factor that was found. Answers whether it did: not if somebody else changed it meanwhile,
    /// or the acting session ended. The subject's pending logins end with the same commit, and its sessions but for
    /// the acting one. The ledgers stay: a code that was used stays used. Its recovery codes go.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn remove_two_factor(
        &self,
        subject: Subject,
        found: i64,
        acting: Option<&Session>,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        if !write
            .still_acts(Acting { subject, password: None, enrolment: Some(found), session: acting })
            .await?
        {
            return Ok(false);
        }
        let removal = "DELETE FROM two_factors WHERE subject_kind = $1 AND subject_number = $2";
        write.execute(removal, values![subject.kind(), subject.number()]).await?;
        write.remove_recovery_codes(subject).await?;
        self.forgive_codes(&mut write, subject, acting.map(|session| session.address)).await?;
        write.end_logins(subject, acting).await?;
        write.changed(Change::two_factor(subject));
        let who = write.login_name(subject).await?;
        write.commit(FactorEvent::FactorRemoved { who }).await?;
        Ok(true)
    }
}

impl Write<'_> {
    /// The enrolment of a subject's second factor. The subject's row is held from here on, as whoever opens a
    /// session or changes the factor holds it: of two that rely on the answer, one waits.
    pub(crate) async fn hold_enrolment(&mut self, subject: Subject) -> Result<Option<i64>, StoreError> {
        self.hold_subject(subject).await?;
        let sql = "SELECT enrolment FROM two_factors WHERE subject_kind = $1 AND subject_number = $2";
        let row = self.row(sql, values![subject.kind(), subject.number()]).await?;
        row.map(|row| row.integer("enrolment")).transpose()
    }

    /// Holds a subject's row until the commit. Answers whether there is one.
    pub(crate) async fn hold_subject(&mut self, subject: Subject) -> Result<bool, StoreError> {
        let hold = match subject {
            Subject::Account(_) => "UPDATE accounts SET password = password WHERE id = $1",
            Subject::Mailbox(_) => "UPDATE mailboxes SET password = password WHERE id = $1",
        };
        Ok(self.execute(hold, values![subject.number()]).await? > 0)
    }

    /// Whether the factor and the password are still those that were found, and the acting session lasts: all of it
    /// holds until the commit.
    pub(crate) async fn still_acts(&mut self, acting: Acting<'_>) -> Result<bool, StoreError> {
        if self.hold_enrolment(acting.subject).await? != acting.enrolment {
            return Ok(false);
        }
        if let Some(password) = acting.password
            && !self.hold_password(acting.subject, password).await?
        {
            return Ok(false);
        }
        let Some(session) = acting.session else { return Ok(true) };
        Ok(self.row("SELECT id FROM sessions WHERE id = $1", values![session.id]).await?.is_some())
    }
}

impl Inner {
    /// Puts a second factor in the place of whatever is there.
    pub(crate) async fn write_two_factor(
        &self,
        write: &mut Write<'_>,
        subject: Subject,
        secret: &TotpSecret,
        enrolment: i64,
        owner_at: Option<IpAddr>,
    ) -> Result<(), StoreError> {
        let upsert = "INSERT INTO two_factors (subject_kind, subject_number, secret, enrolled, enrolment)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (subject_kind, subject_number) DO UPDATE SET
            secret = excluded.secret, enrolled = excluded.enrolled, enrolment = excluded.enrolment";
        let sealed = self.keyring.seal(&context(subject), secret.bytes(), &*self.entropy);
        let sealed = STANDARD_NO_PAD.encode(sealed);
        let record = values![subject.kind(), subject.number(), sealed, self.now(), enrolment];
        write.execute(upsert, record).await?;
        write.changed(Change::two_factor(subject));
        self.forgive_codes(write, subject, owner_at).await
    }

    fn open_two_factor(&self, subject: Subject, row: &Row) -> Result<Arc<TwoFactor>, StoreError> {
        let corrupt = StoreError::Corrupt { column: "secret" };
        let Ok(sealed) = STANDARD_NO_PAD.decode(row.text("secret")?) else { return Err(corrupt) };
        let plain = self.keyring.open(&context(subject), &sealed)?;
        Ok(Arc::new(TwoFactor {
            secret: TotpSecret::from_bytes(&plain).map_err(|_| corrupt)?,
            enrolled: row.moment("enrolled")?,
            enrolment: row.integer("enrolment")?,
        }))
    }
}
