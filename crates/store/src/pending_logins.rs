//! Logins whose password was right and whose one-time code is still missing.

use std::net::IpAddr;
use std::time::Duration;

use portreeve_crypt::{Purpose, SecretString, random};
use portreeve_types::Service;

use crate::error::StoreError;
use crate::proven::{Login, ProvenLogin};
use crate::row::Row;
use crate::trail::{LoginEvent, Trail};
use crate::value::values;
use crate::writer::Writer;

/// How long a login may wait for its code.
pub(crate) const LASTS: Duration = Duration::from_secs(300);
/// How many codes may be tried.
const TRIES: i64 = 5;
/// Letters and digits of the cookie, about 238 bits.
const COOKIE_LENGTH: usize = 40;

/// A login that is to wait for its code.
pub struct NewPending {
    /// Who logs in, with the password that was proven.
    pub proven: ProvenLogin,
    /// The service logged in to.
    pub service: Service,
    /// Whether it came on TLS.
    pub tls: bool,
    /// The client's address.
    pub address: IpAddr,
    /// The page that was asked for; may be empty. From the client, and as little to be trusted as any of its input.
    pub goto: String,
    /// How strong the password is that was typed, 0 to 100.
    pub password_strength: u8,
}

/// A login that waits for its code. It does not outlive what was proven for it: it ends when the password or the
/// second factor changes, and when its owner is suspended or removed.
pub struct Pending {
    /// Who logs in.
    pub login: Login,
    /// The service logged in to.
    pub service: Service,
    /// Whether it came on TLS.
    pub tls: bool,
    /// The client's address at the first step.
    pub address: IpAddr,
    /// The page that was asked for; may be empty. From the client, and as little to be trusted as any of its input.
    pub goto: String,
    /// How strong the password is that was typed, 0 to 100.
    pub password_strength: u8,
}

/// What the cookie of a pending login turned out to be.
pub enum PendingLookup {
    /// It waits; one try is taken, and so many are left after it.
    Found(Pending, u8),
    /// It waited too long, was tried too often, has ended, or never was.
    Gone,
}

impl Pending {
    fn from_row(row: &Row) -> Result<Pending, StoreError> {
        Ok(Pending {
            login: Login::from_row(row)?,
            service: row.service()?,
            tls: row.truth("tls")?,
            address: row.parsed("address")?,
            goto: row.text("goto_page")?,
            password_strength: row.strength()?,
        })
    }
}

impl Writer {
    /// Lets a login wait for its code. Answers the value of the service's pending cookie, which is worth nothing
    /// else; none when the password was changed, or its owner removed or suspended, since it was proven.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn create_pending(&self, new: NewPending) -> Result<Option<SecretString>, StoreError> {
        let cookie = random::alphanumeric(&*self.entropy, COOKIE_LENGTH);
        let insert =
            "INSERT INTO pending_logins (id, subject_kind, subject_number, account, possessor, login, service,
            tls, address, goto_page, password_strength, tries_left, created)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
        let login = &new.proven.login;
        let record = values![
            self.digest(Purpose::PendingLogin, &cookie),
            login.subject.kind(),
            login.subject.number(),
            login.account,
            login.possessor,
            &login.name,
            new.service,
            new.tls,
            new.address.to_canonical().to_string(),
            new.goto,
            i64::from(new.password_strength),
            TRIES,
            self.now(),
        ];
        let mut write = self.write().await?;
        if !write.still_proven(&new.proven).await? {
            return Ok(None);
        }
        write.execute(insert, record).await?;
        let possessor = write.account_name(login.possessor).await?;
        let (who, service) = (login.name.clone(), new.service);
        write.commit(LoginEvent::PasswordProven { who, possessor, service }).await?;
        Ok(Some(cookie.into()))
    }

    /// Takes one try of a pending login, before its code is looked at.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn take_try(&self, service: Service, cookie: &str) -> Result<PendingLookup, StoreError> {
        let take = "UPDATE pending_logins SET tries_left = tries_left - 1
            WHERE id = $1 AND service = $2 AND tries_left > 0 AND created > $3 RETURNING *";
        let id = self.digest(Purpose::PendingLogin, cookie);
        let oldest = self.now().before(LASTS);
        let mut write = self.write().await?;
        let Some(row) = write.row(take, values![id, service, oldest]).await? else {
            return Ok(PendingLookup::Gone);
        };
        let pending = Pending::from_row(&row)?;
        let left = u8::try_from(row.integer("tries_left")?)
            .map_err(|_| StoreError::Corrupt { column: "tries_left" })?;
        write.commit(Trail::nothing("what comes of the code tells of it")).await?;
        Ok(PendingLookup::Found(pending, left))
    }

    /// Ends a pending login: its session was opened, or it was given up. Answers whether it still waited.
    ///
    /// Of several requests that end the same one, one is answered `true`: it alone may open the session.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn end_pending(&self, service: Service, cookie: &str) -> Result<bool, StoreError> {
        let id = self.digest(Purpose::PendingLogin, cookie);
        let mut write = self.write().await?;
        let sql = "DELETE FROM pending_logins WHERE id = $1 AND service = $2";
        let ended = write.execute(sql, values![id, service]).await?;
        write.commit(Trail::nothing("the session that takes its place tells of it")).await?;
        Ok(ended > 0)
    }
}
