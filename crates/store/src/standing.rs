//! What a session stands on that came of a link: the session, the API token or the access hash that the link was made
//! with.
//!
//! It lasts no longer than that, and no longer than that could: nobody renews a login by links. A session that was made
//! in another one is judged with it on every request, and that one with its own maker, up to the login at the
//! beginning. What came of an API token ends with the token; what came of an access hash is good while the hash is.

use std::sync::Arc;

use portreeve_crypt::Digest;
use portreeve_types::{AccountId, Subject, Timestamp, TokenId};

use crate::accounts::Account;
use crate::api_tokens::ApiTokenRecord;
use crate::change::Change;
use crate::error::StoreError;
use crate::row::Row;
use crate::sessions::Session;
use crate::store::Store;
use crate::trail::MadeWith;
use crate::value::values;
use crate::write::Write;

/// What a link is made with.
pub enum Maker {
    /// A session.
    Session(Arc<Session>),
    /// An API token.
    Token(Arc<ApiTokenRecord>),
    /// An access hash, by its digest on record.
    AccessHash(Digest),
    /// What a single request brought along and nothing is kept of: a password, the kernel's word.
    Request,
}

/// What a session, open or to be taken up, stands on.
#[derive(Clone, Copy)]
pub(crate) struct Standing {
    /// The session that it was made in.
    pub(crate) session: Option<Digest>,
    /// The API token that it was made with, or that session was.
    pub(crate) token: Option<TokenId>,
    /// The access hash that it was made with, or that session was.
    pub(crate) access_hash: Option<Digest>,
    /// When the login was proven that all of it goes back to: its age counts from there.
    pub(crate) since: Timestamp,
    /// From when on it is no longer good, whatever its age: the token's end.
    pub(crate) until: Option<Timestamp>,
}

impl Standing {
    /// A login that stands on itself.
    pub(crate) fn alone(since: Timestamp) -> Standing {
        Standing { session: None, token: None, access_hash: None, since, until: None }
    }

    /// What is made with something stands on it.
    pub(crate) fn on(maker: &Maker, now: Timestamp) -> Standing {
        match maker {
            Maker::Session(session) => Standing { session: Some(session.id), ..session.standing },
            Maker::Token(token) => {
                Standing { token: Some(token.id), until: token.limits.expires, ..Standing::alone(now) }
            }
            Maker::AccessHash(digest) => Standing { access_hash: Some(*digest), ..Standing::alone(now) },
            Maker::Request => Standing::alone(now),
        }
    }

    pub(crate) fn from_row(row: &Row) -> Result<Standing, StoreError> {
        Ok(Standing {
            session: row.optional_digest("maker_session")?,
            token: row.optional_integer("maker_token")?.map(TokenId),
            access_hash: row.optional_digest("maker_hash")?,
            since: row.moment("stands_since")?,
            until: row.optional_integer("stands_until")?.map(Timestamp::from_seconds),
        })
    }

    /// Whether it is over by itself.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| now >= until)
    }
}

impl Store {
    /// The accounts in whose sessions a session was made, the nearest first: none of them where it was opened by a
    /// login. Nothing when one of those sessions has ended, or its account may no longer act as the next one, or
    /// the access hash at the beginning is not good: the session is none any more then.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn makers(&self, session: &Session) -> Result<Option<Vec<Arc<Account>>>, StoreError> {
        self.makers_of(session.standing, session.account).await
    }

    pub(crate) async fn makers_of(
        &self,
        standing: Standing,
        account: AccountId,
    ) -> Result<Option<Vec<Arc<Account>>>, StoreError> {
        if let Some(digest) = &standing.access_hash
            && !self.is_access_hash_good(digest).await?
        {
            return Ok(None);
        }
        let (mut next, mut made, mut makers) = (standing.session, account, Vec::new());
        while let Some(id) = next {
            let Some(session) = self.session_by_id(&id).await? else { return Ok(None) };
            let account = self.account_by_id(made).await?;
            let maker = self.account_by_id(session.account).await?;
            let (Some(account), Some(maker)) = (account, maker) else { return Ok(None) };
            if !maker.may_possess(&account) {
                return Ok(None);
            }
            (next, made) = (session.standing.session, maker.id);
            makers.push(maker);
        }
        Ok(Some(makers))
    }
}

impl Write<'_> {
    /// What something stands on, as the trail tells it.
    pub(crate) async fn made_with(&mut self, standing: &Standing) -> Result<MadeWith, StoreError> {
        let token = match standing.token {
            Some(token) => self.row("SELECT name FROM api_tokens WHERE id = $1", values![token]).await?,
            None => None,
        };
        Ok(MadeWith {
            session: standing.session.map(Digest::short),
            token: token.map(|row| row.parsed("name")).transpose()?,
            access_hash: standing.access_hash.is_some(),
        })
    }

    /// Whether an API token is still the one that was used; it is held from here on. Its account is held before.
    pub(crate) async fn hold_token(&mut self, token: &ApiTokenRecord) -> Result<bool, StoreError> {
        let hold = "UPDATE api_tokens SET name = name WHERE id = $1 RETURNING *";
        let row = self.row(hold, values![token.id]).await?;
        Ok(row.as_ref().map(ApiTokenRecord::from_row).transpose()?.is_some_and(|now| *now == *token))
    }

    /// Whether there still is the API token that something stands on; it is held from here on.
    pub(crate) async fn hold_maker_token(&mut self, standing: Standing) -> Result<bool, StoreError> {
        let Some(token) = standing.token else { return Ok(true) };
        let hold = "UPDATE api_tokens SET name = name WHERE id = $1";
        Ok(self.execute(hold, values![token]).await? > 0)
    }

    /// Ends what came of an API token: the sessions, open and to be taken up.
    pub(crate) async fn end_what_came_of(&mut self, token: TokenId) -> Result<(), StoreError> {
        self.execute("DELETE FROM temporary_sessions WHERE maker_token = $1", values![token]).await?;
        let removal = "DELETE FROM sessions WHERE maker_token = $1 RETURNING id";
        for row in self.rows(removal, values![token]).await? {
            self.changed(Change::Session(row.text("id")?));
        }
        Ok(())
    }

    /// Holds an account's row, as whoever opens or ends its logins does first: of two none waits for the other.
    pub(crate) async fn hold_owner(&mut self, account: AccountId) -> Result<(), StoreError> {
        self.hold_subject(Subject::Account(account)).await.map(drop)
    }
}
