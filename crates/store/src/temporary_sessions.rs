//! Temporary sessions: a session that somebody prepares for somebody else, to be taken up once.
//!
//! Taking one up never promotes it: a new session begins, and the temporary one is gone with the same commit. It
//! does not outlive what it was made on: it ends with the account, its suspension, a change of password or second
//! factor of whom it is for and of who made it, and with the session or the API token that it was made with. Made with
//! an access hash, it is good while that is.

use std::net::IpAddr;

use portreeve_crypt::{Digest, Purpose, SecretString, random};
use portreeve_types::{SecurityToken, Service, Timestamp};

use crate::error::StoreError;
use crate::proven::{Login, ProvenLogin};
use crate::row::Row;
use crate::session_cookie::{escape, unescape};
use crate::sessions::{Beginning, OpenedSession, Opening, Session};
use crate::standing::{Maker, Standing};
use crate::store::Store;
use crate::trail::LoginEvent;
use crate::value::values;
use crate::write::Write;
use crate::writer::Writer;

/// Letters and digits of the half that names it, as many as the original's.
const ID_LENGTH: usize = 16;
/// Bytes of the half that proves it: 128 bits, in hexadecimal.
const SECRET_BYTES: usize = 16;

/// A temporary session to be made.
pub struct NewTemporarySession {
    /// Whom it is for, on whose authority, and what was proven for that.
    pub proven: ProvenLogin,
    /// The only service that it is good for.
    pub service: Service,
    /// The only address that may take it up; any when there is none.
    pub address: Option<IpAddr>,
    /// What it is made with: it lasts no longer.
    pub maker: Maker,
    /// What it says of its origin, after its name: `create_user_session`.
    pub origin: &'static str,
}

/// A temporary session, shown to its maker now or never: the record does not hold its value.
pub struct TemporarySession {
    /// What takes it up: `user:id:origin,secret`.
    pub value: SecretString,
    /// The same with percent escapes, for an address.
    pub escaped: SecretString,
    /// The security token of its address.
    pub security_token: SecurityToken,
    /// From when on it can no longer be taken up.
    pub expires: Timestamp,
}

/// What a row holds.
struct Waiting {
    login: Login,
    link_token: Digest,
    standing: Standing,
}

impl Waiting {
    fn from_row(row: &Row) -> Result<Waiting, StoreError> {
        Ok(Waiting {
            login: Login::from_row(row)?,
            link_token: row.digest("link_token")?,
            standing: Standing::from_row(row)?,
        })
    }
}

impl Store {
    /// Whether these digits are the security token of the link that the session came through: published scripts go
    /// on under it.
    #[must_use]
    pub fn is_link_token(&self, session: &Session, digits: &str) -> bool {
        session.link_token == Some(self.digest(Purpose::SecurityToken, digits))
    }
}

impl Writer {
    /// Makes a temporary session. None when its maker may not act as that account (any more), the password or the
    /// second factor of its maker was changed meanwhile, what it is made with has ended or was changed, or one of
    /// them is suspended or gone.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn create_temporary_session(
        &self,
        new: NewTemporarySession,
    ) -> Result<Option<TemporarySession>, StoreError> {
        let policies = self.policies().await?;
        let entropy = &*self.entropy;
        let id = random::alphanumeric(entropy, ID_LENGTH);
        let login = &new.proven.login;
        let value = format!("{}:{id}:{},{}", login.name, new.origin, random::hex(entropy, SECRET_BYTES));
        let security_token = random::security_token(entropy, policies.security_token_digits);
        let created = self.now();
        let standing = Standing::on(&new.maker, created);
        if self.makers_of(standing, login.account).await?.is_none() {
            return Ok(None);
        }
        let link = self.digest(Purpose::LoginLink, &value);
        let insert =
            "INSERT INTO temporary_sessions (id, subject_kind, subject_number, account, possessor, login,
            service, address, link_token, maker_session, maker_token, maker_hash,
            stands_since, stands_until, created)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
        let record = values![
            link,
            login.subject.kind(),
            login.subject.number(),
            login.account,
            login.possessor,
            &login.name,
            new.service,
            new.address.map(|address| address.to_canonical().to_string()).unwrap_or_default(),
            self.digest(Purpose::SecurityToken, security_token.digits()),
            standing.session,
            standing.token,
            standing.access_hash,
            standing.since,
            standing.until,
            created,
        ];
        let mut write = self.write().await?;
        if !write.still_proven(&new.proven).await? {
            return Ok(None);
        }
        if let Maker::Token(token) = &new.maker
            && !write.hold_token(token).await?
        {
            return Ok(None);
        }
        write.execute(insert, record).await?;
        let possessor = write.account_name(login.possessor).await?;
        let event = LoginEvent::LinkMade {
            who: login.name.clone(),
            possessor,
            service: new.service,
            only_from: new.address.map(|address| address.to_canonical()),
            made_by: new.origin,
            link: link.short(),
            made_with: write.made_with(&standing).await?,
        };
        write.commit(event).await?;
        Ok(Some(TemporarySession {
            escaped: escape(&value).into(),
            value: value.into(),
            security_token,
            expires: created.after(policies.session_times.temporary),
        }))
    }

    /// Takes a temporary session up, over TLS: opens the session that it stands for. Of several requests with one
    /// value one is answered. None when there is none of this value for this service and address, or it has waited
    /// too long.
    ///
    /// # Errors
    /// When the records are unavailable; it can be taken up later then.
    pub async fn take_up_temporary_session(
        &self,
        service: Service,
        value: &str,
        address: IpAddr,
    ) -> Result<Option<OpenedSession>, StoreError> {
        let Some(value) = unescape(value) else { return Ok(None) };
        let id = self.digest(Purpose::LoginLink, &value);
        let policies = self.policies().await?;
        let oldest = self.now().before(policies.session_times.temporary);
        let find = "SELECT * FROM temporary_sessions
            WHERE id = $1 AND service = $2 AND created > $3 AND (address = '' OR address = $4)";
        let address = address.to_canonical();
        // outside the transaction: what is no temporary session holds up no write
        let found = self.db.row(find, values![id, service, oldest, address.to_string()]).await?;
        let Some(waiting) = found.as_ref().map(Waiting::from_row).transpose()? else { return Ok(None) };
        // whatever ends meanwhile ends the session too: its makers are looked at on every request
        if waiting.standing.is_over(self.now())
            || self.makers_of(waiting.standing, waiting.login.account).await?.is_none()
        {
            return Ok(None);
        }
        let possessor = match waiting.login.possessor {
            Some(possessor) => self.account_by_id(possessor).await?.map(|account| account.user.clone()),
            None => None,
        };
        // whoever has a link is who it says, on the authority of who made it
        let by = self.by().through_link(waiting.login.name.clone(), possessor);
        let mut write = Write::begin(self.inner(), &by).await?;
        if !write.hold_login(&waiting.login).await? || !write.hold_maker_token(waiting.standing).await? {
            return Ok(None);
        }
        // once the rows are held, whoever ended it before has committed, and so has whoever took it up
        if write.execute("DELETE FROM temporary_sessions WHERE id = $1", values![id]).await? == 0 {
            return Ok(None);
        }
        let beginning = Beginning {
            login: waiting.login,
            service,
            tls: true,
            address,
            factor: false,
            password_strength: None,
            opening: Opening::Transfer,
            link: Some(id),
            link_token: Some(waiting.link_token),
            standing: waiting.standing,
        };
        self.begin(write, beginning, policies.security_token_digits).await.map(Some)
    }
}
