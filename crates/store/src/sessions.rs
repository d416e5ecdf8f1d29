//! Sessions: what they are, and opening one.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use portreeve_crypt::{Digest, Purpose, SecretString, random};
use portreeve_types::{AccountId, LoginName, SecurityToken, Service, Subject, Timestamp};

use crate::error::StoreError;
use crate::proven::{Login, ProvenLogin};
use crate::row::Row;
use crate::session_cookie::SessionCookie;
use crate::standing::Standing;
use crate::store::Store;
use crate::trail::LoginEvent;
use crate::value::{Value, values};
use crate::write::Write;
use crate::writer::Writer;

/// A session, as long as it lasts.
pub struct Session {
    /// Who logged in.
    pub subject: Subject,
    /// The account acted on: a mailbox's owner for a mailbox.
    pub account: AccountId,
    /// Whose authority it is, where that is another account's than the subject's own: who gave that account's
    /// password, or made the temporary session.
    pub possessor: Option<AccountId>,
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
    /// How strong the password is that was typed, 0 to 100: nobody can tell later. None where none was typed.
    pub password_strength: Option<u8>,
    /// How it was opened.
    pub opening: Opening,
    /// What the addresses of its pages carry.
    pub security_token: SecurityToken,
    /// When it was opened.
    pub created: Timestamp,
    pub(crate) id: Digest,
    pub(crate) secret: Digest,
    /// Of the security token of the link that it came through.
    pub(crate) link_token: Option<Digest>,
    /// What it stands on.
    pub(crate) standing: Standing,
    pub(crate) last_seen: AtomicI64,
    /// Whether the last-seen time waits to be written.
    pub(crate) touched: AtomicBool,
    /// When recent requests carried a wrong security token.
    pub(crate) mismatches: Mutex<VecDeque<Timestamp>>,
}

/// How a session was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// With a password at the login form.
    Form,
    /// By taking up a temporary session.
    Transfer,
}

impl Opening {
    /// The word that the original's session log has for it.
    #[must_use]
    pub const fn method(self) -> &'static str {
        match self {
            Opening::Form => "handle_form_login",
            Opening::Transfer => "handle_auth_transfer",
        }
    }

    fn from_method(method: &str) -> Option<Opening> {
        [Opening::Form, Opening::Transfer].into_iter().find(|opening| opening.method() == method)
    }
}

/// A session to be opened.
pub struct NewSession {
    /// Who logs in, with what was proven.
    pub proven: ProvenLogin,
    /// The only service that it is good for.
    pub service: Service,
    /// Whether it is opened on TLS.
    pub tls: bool,
    /// The client's address.
    pub address: IpAddr,
    /// Whether a one-time code was given.
    pub factor: bool,
    /// How strong the password is that was typed, 0 to 100: nobody can tell later.
    pub password_strength: u8,
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
        let Login { subject, account, possessor, name } = Login::from_row(row)?;
        Ok(Arc::new(Session {
            subject,
            account,
            possessor,
            login: name,
            service: row.service()?,
            tls: row.truth("tls")?,
            address: row.parsed("address")?,
            factor: row.truth("factor")?,
            password_strength: row.optional_strength()?,
            opening: Opening::from_method(&row.text("method")?)
                .ok_or(StoreError::Corrupt { column: "method" })?,
            security_token: row.parsed("security_token")?,
            created: row.moment("created")?,
            id: row.digest("id")?,
            secret: row.digest("secret")?,
            link_token: row.optional_digest("link_token")?,
            standing: Standing::from_row(row)?,
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
            self.possessor,
            &self.login,
            self.service,
            self.tls,
            self.address.to_string(),
            self.factor,
            self.password_strength.map(i64::from),
            self.opening.method(),
            &self.security_token,
            self.link_token,
            self.standing.session,
            self.standing.token,
            self.standing.access_hash,
            self.standing.since,
            self.standing.until,
            self.created,
            self.created,
        ]
    }
}

const INSERT: &str = "INSERT INTO sessions
    (id, secret, subject_kind, subject_number, account, possessor, login, service, tls, address, factor,
     password_strength, method, security_token, link_token, maker_session, maker_token, maker_hash, stands_since, stands_until, created, last_seen)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";

/// A session that is about to begin: what was proven for it is settled.
pub(crate) struct Beginning {
    pub(crate) login: Login,
    pub(crate) service: Service,
    pub(crate) tls: bool,
    pub(crate) address: IpAddr,
    pub(crate) factor: bool,
    pub(crate) password_strength: Option<u8>,
    pub(crate) opening: Opening,
    /// What names the link that it comes of.
    pub(crate) link: Option<Digest>,
    pub(crate) link_token: Option<Digest>,
    pub(crate) standing: Standing,
}

impl Store {
    /// Begins a session at the end of the transaction that has settled what it takes; always a new one, with an
    /// identity, a secret and a security token that nobody had before.
    pub(crate) async fn begin(
        &self,
        mut write: Write<'_>,
        beginning: Beginning,
        digits: u8,
    ) -> Result<OpenedSession, StoreError> {
        let Login { subject, account, possessor, name } = beginning.login;
        let cookie = SessionCookie::generate(&*self.entropy, name.to_string());
        let now = self.now();
        let session = Arc::new(Session {
            subject,
            account,
            possessor,
            login: name,
            service: beginning.service,
            tls: beginning.tls,
            address: beginning.address.to_canonical(),
            factor: beginning.factor,
            password_strength: beginning.password_strength,
            opening: beginning.opening,
            security_token: random::security_token(&*self.entropy, digits),
            created: now,
            id: self.digest(Purpose::SessionId, &cookie.id),
            secret: self.digest(Purpose::SessionSecret, &cookie.secret),
            link_token: beginning.link_token,
            standing: beginning.standing,
            last_seen: AtomicI64::new(now.seconds()),
            touched: AtomicBool::new(false),
            mismatches: Mutex::default(),
        });
        let before = self.models.sessions.version();
        write.execute(INSERT, session.to_record()).await?;
        let possessor = write.account_name(possessor).await?;
        let made_with = match beginning.link {
            Some(_) => Some(write.made_with(&session.standing).await?),
            None => None,
        };
        let event = LoginEvent::SessionOpened {
            who: session.login.clone(),
            possessor,
            service: session.service,
            session: session.log_id(),
            method: session.opening.method(),
            factor: session.factor,
            link: beginning.link.map(Digest::short),
            made_with,
        };
        write.commit(event).await?;
        self.models.sessions.keep(before, session.id, session.clone());
        self.remember_security_token(&session);
        let security_token = session.security_token.clone();
        Ok(OpenedSession { cookie: cookie.value(), security_token, session })
    }

    /// The subject's sessions that last, the newest first.
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
            if !times.expired(&session, now) && self.makers(&session).await?.is_some() {
                sessions.push(session);
            }
        }
        sessions.sort_by_key(|session| std::cmp::Reverse(session.created));
        Ok(sessions)
    }
}

impl Writer {
    /// Opens a session; it is durable when this returns. None when the password or the second factor was
    /// changed, or its owner removed or suspended, since they were proven.
    ///
    /// # Errors
    /// When the account is gone or the records are unavailable.
    pub async fn create_session(&self, new: NewSession) -> Result<Option<OpenedSession>, StoreError> {
        // before the transaction, which must not wait for another connection
        let digits = self.policies().await?.security_token_digits;
        let mut write = self.write().await?;
        if !write.still_proven(&new.proven).await? {
            return Ok(None);
        }
        let beginning = Beginning {
            login: new.proven.login,
            service: new.service,
            tls: new.tls,
            address: new.address,
            factor: new.factor,
            password_strength: Some(new.password_strength),
            opening: Opening::Form,
            link: None,
            link_token: None,
            standing: Standing::alone(self.now()),
        };
        self.begin(write, beginning, digits).await.map(Some)
    }
}
