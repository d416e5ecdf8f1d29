//! Sessions: what they are, and opening one.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use portreeve_crypt::{Digest, PasswordHash, Purpose, SecretString, random};
use portreeve_types::{AccountId, LoginName, SecurityToken, Service, Subject, Timestamp};

use crate::error::StoreError;
use crate::row::Row;
use crate::session_cookie::SessionCookie;
use crate::store::Store;
use crate::value::{Value, values};
use crate::write::Write;

/// A session, as long as it lasts.
pub struct Session {
    /// Who logged in.
    pub subject: Subject,
    /// The account acted on: a mailbox's owner for a mailbox.
    pub account: AccountId,
    /// The name that was logged in with.
    pub login: LoginName,
    /// The only service that it is good for.
    pub service: Service,
    /// Whether it was opened on TLS, and is good for TLS only.
    pub tls: bool,
    /// The client's address when it was opened.
    pub address: IpAddr,
    /// Whether a one-time code was given.
    pub factor: bool,
    /// How it was opened, for logs.
    pub method: String,
    /// What the addresses of its pages carry.
    pub security_token: SecurityToken,
    /// When it was opened.
    pub created: Timestamp,
    pub(crate) id: Digest,
    pub(crate) secret: Digest,
    pub(crate) last_seen: AtomicI64,
    /// Whether the last-seen time waits to be written.
    pub(crate) touched: AtomicBool,
    /// When recent requests carried a wrong security token.
    pub(crate) mismatches: Mutex<VecDeque<Timestamp>>,
}

/// A session to be opened.
pub struct NewSession {
    /// Who logs in.
    pub subject: Subject,
    /// The account acted on: a mailbox's owner for a mailbox.
    pub account: AccountId,
    /// The name that was logged in with.
    pub login: LoginName,
    /// The only service that it is good for.
    pub service: Service,
    /// Whether it is opened on TLS.
    pub tls: bool,
    /// The client's address.
    pub address: IpAddr,
    /// Whether a one-time code was given.
    pub factor: bool,
    /// How it is opened, for logs.
    pub method: &'static str,
    /// The password's hash that was proven, or of whoever was proven otherwise: it must still be the one on
    /// record when the session begins.
    pub password: PasswordHash,
    /// The enrolment of the second factor that was found: it must still be that one, or still be none.
    pub enrolment: Option<i64>,
}

/// What a login answers with.
pub struct OpenedSession {
    /// The value of the service's session cookie.
    pub cookie: SecretString,
    /// What the addresses of the session's pages carry.
    pub security_token: SecurityToken,
    /// The session itself.
    pub session: Arc<Session>,
}

impl Session {
    /// When it was last used.
    #[must_use]
    pub fn last_seen(&self) -> Timestamp {
        Timestamp::from_seconds(self.last_seen.load(Ordering::Relaxed))
    }

    /// Eight digits that name it in logs, and are worth nothing else.
    #[must_use]
    pub fn log_id(&self) -> String {
        self.id.short()
    }

    pub(crate) fn from_row(row: &Row) -> Result<Arc<Session>, StoreError> {
        let digest = |column| Digest::from_hex(&row.text(column)?).ok_or(StoreError::Corrupt { column });
        Ok(Arc::new(Session {
            subject: row.subject()?,
            account: row.account()?,
            login: row.parsed("login")?,
            service: row.service()?,
            tls: row.truth("tls")?,
            address: row.parsed("address")?,
            factor: row.truth("factor")?,
            method: row.text("method")?,
            security_token: row.parsed("security_token")?,
            created: row.moment("created")?,
            id: digest("id")?,
            secret: digest("secret")?,
            last_seen: AtomicI64::new(row.integer("last_seen")?),
            touched: AtomicBool::new(false),
            mismatches: Mutex::default(),
        }))
    }

    /// The parameters of [`INSERT`].
    fn to_record(&self) -> Vec<Value> {
        values![
            self.id,
            self.secret,
            self.subject.kind(),
            self.subject.number(),
            self.account,
            &self.login,
            self.service,
            self.tls,
            self.address.to_string(),
            self.factor,
            self.method.as_str(),
            &self.security_token,
            self.created,
            self.created,
        ]
    }
}

impl Write<'_> {
    /// Whether a password's hash and the second factor are still the ones on record, and their owner may log in. Both rows are written to
    /// (with what they hold) so that a change of them waits for this transaction, or this one for the change.
    pub(crate) async fn still_proven(
        &mut self,
        subject: Subject,
        account: AccountId,
        password: &PasswordHash,
        enrolment: Option<i64>,
    ) -> Result<bool, StoreError> {
        let hold = "UPDATE accounts SET suspended = suspended WHERE id = $1 AND suspended IS NULL";
        if self.execute(hold, values![account]).await? == 0 {
            return Ok(false);
        }
        let prove = match subject {
            Subject::Account(_) => "UPDATE accounts SET password = password WHERE id = $1 AND password = $2",
            Subject::Mailbox(_) => {
                "UPDATE mailboxes SET password = password
                WHERE id = $1 AND password = $2 AND login_suspended = 0"
            }
        };
        let same_password = self.execute(prove, values![subject.number(), password]).await? > 0;
        Ok(same_password && self.hold_enrolment(subject).await? == enrolment)
    }
}

const INSERT: &str = "INSERT INTO sessions
    (id, secret, subject_kind, subject_number, account, login, service, tls, address, factor, method,
     security_token, created, last_seen)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

impl Store {
    /// Opens a session; it is durable when this returns. None when the password or the second factor was
    /// changed, or its owner removed or suspended, since they were proven.
    ///
    /// # Errors
    /// When the account is gone or the records are unavailable.
    pub async fn create_session(&self, new: NewSession) -> Result<Option<OpenedSession>, StoreError> {
        let digits = self.policies().await?.security_token_digits;
        let cookie = SessionCookie::generate(&*self.entropy, new.login.to_string());
        let now = self.now();
        let session = Arc::new(Session {
            subject: new.subject,
            account: new.account,
            login: new.login,
            service: new.service,
            tls: new.tls,
            address: new.address.to_canonical(),
            factor: new.factor,
            method: new.method.to_owned(),
            security_token: random::security_token(&*self.entropy, digits),
            created: now,
            id: self.digest(Purpose::SessionId, &cookie.id),
            secret: self.digest(Purpose::SessionSecret, &cookie.secret),
            last_seen: AtomicI64::new(now.seconds()),
            touched: AtomicBool::new(false),
            mismatches: Mutex::default(),
        });
        let before = self.models.sessions.version();
        let mut write = self.write().await?;
        if !write.still_proven(new.subject, new.account, &new.password, new.enrolment).await? {
            return Ok(None);
        }
        write.execute(INSERT, session.to_record()).await?;
        write.commit().await?;
        self.models.sessions.keep(before, session.id, session.clone());
        self.remember_security_token(&session);
        let security_token = session.security_token.clone();
        Ok(Some(OpenedSession { cookie: cookie.value(), security_token, session }))
    }

    /// The subject's sessions that have not expired, the newest first.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn sessions_of(&self, subject: Subject) -> Result<Vec<Arc<Session>>, StoreError> {
        let sql = "SELECT * FROM sessions WHERE subject_kind = $1 AND subject_number = $2";
        let times = self.policies().await?.session_times;
        let now = self.now();
        let rows = self.db.rows(sql, values![subject.kind(), subject.number()]).await?;
        let mut sessions = Vec::with_capacity(rows.len());
        for row in &rows {
            let read = Session::from_row(row)?;
            // the one in memory knows better when it was last seen
            let session = self.models.sessions.peek(&read.id).unwrap_or(read);
            if !times.expired(&session, now) {
                sessions.push(session);
            }
        }
        sessions.sort_by_key(|session| std::cmp::Reverse(session.created));
        Ok(sessions)
    }
}
