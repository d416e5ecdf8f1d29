//! API tokens: credentials for programs.

use std::sync::Arc;

use portreeve_crypt::{ApiToken, Digest, Purpose};
use portreeve_types::{AccountId, AclSet, Timestamp, TokenId, TokenName};

use crate::change::Change;
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Store;
use crate::value::values;

/// Where a token is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// On cPanel.
    Cpanel,
    /// On WHM.
    Whm,
}

impl TokenKind {
    /// The number that records keep.
    const fn number(self) -> i64 {
        match self {
            TokenKind::Cpanel => 0,
            TokenKind::Whm => 1,
        }
    }

    const fn from_number(number: i64) -> Option<TokenKind> {
        match number {
            0 => Some(TokenKind::Cpanel),
            1 => Some(TokenKind::Whm),
            _ => None,
        }
    }
}

/// A token's record. The token itself is not kept: only its keyed digest is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenRecord {
    /// Its identity, never used again.
    pub id: TokenId,
    /// The account that it acts as.
    pub account: AccountId,
    /// Where it is good.
    pub kind: TokenKind,
    /// Its name, unique within the account and kind.
    pub name: TokenName,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it is no longer good; none when it does not expire.
    pub expires: Option<Timestamp>,
    /// Its own privileges, which only narrow the account's; none when it has all of the account's.
    pub acls: Option<AclSet>,
}

/// A token to be made.
pub struct NewToken {
    /// The account that it acts as.
    pub account: AccountId,
    /// Where it is good.
    pub kind: TokenKind,
    /// Its name, unique within the account and kind.
    pub name: TokenName,
    /// From when on it is no longer good; none when it does not expire.
    pub expires: Option<Timestamp>,
    /// Its own privileges; none when it has all of the account's.
    pub acls: Option<AclSet>,
    /// The token, where it is given from outside; otherwise a new one is made.
    pub token: Option<ApiToken>,
}

/// Why a token was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateTokenError {
    /// The account has a token of this kind and name.
    #[error("the account has a token of this name")]
    NameTaken,
    /// The given token is in use already.
    #[error("this token is in use already")]
    TokenTaken,
    /// The records are unavailable.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiTokenRecord {
    /// Whether the token is still good at a moment.
    #[must_use]
    pub fn is_good_at(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|expires| now < expires)
    }

    fn from_row(row: &Row) -> Result<Arc<ApiTokenRecord>, StoreError> {
        let acls = row.optional_text("acls")?.map(|acls| acls.parse());
        Ok(Arc::new(ApiTokenRecord {
            id: TokenId(row.integer("id")?),
            account: row.account()?,
            kind: TokenKind::from_number(row.integer("kind")?)
                .ok_or(StoreError::Corrupt { column: "kind" })?,
            name: row.parsed("name")?,
            created: row.moment("created")?,
            expires: row.optional_integer("expires")?.map(Timestamp::from_seconds),
            acls: acls.transpose().map_err(|_| StoreError::Corrupt { column: "acls" })?,
        }))
    }
}

impl Store {
    /// Makes a token. It is shown to its owner now or never: the record does not hold it.
    ///
    /// # Errors
    /// When the account has a token of the same name and kind, a given token is in use, or the records are
    /// unavailable.
    pub async fn create_api_token(
        &self,
        new: NewToken,
    ) -> Result<(ApiToken, Arc<ApiTokenRecord>), CreateTokenError> {
        let token = new.token.unwrap_or_else(|| ApiToken::generate(&*self.entropy));
        let record = ApiTokenRecord {
            id: TokenId(self.new_id()),
            account: new.account,
            kind: new.kind,
            name: new.name,
            created: self.now(),
            expires: new.expires,
            acls: new.acls,
        };
        let insert = "INSERT INTO api_tokens (id, account, kind, name, digest, created, expires, acls)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
        let parameters = values![
            record.id,
            record.account,
            record.kind.number(),
            &record.name,
            self.token_digest(&token),
            record.created,
            record.expires.map(Timestamp::seconds),
            record.acls.map(|acls| acls.to_string()),
        ];
        let mut write = self.write().await?;
        if write.execute(insert, parameters).await? == 0 {
            let taken = "SELECT id FROM api_tokens WHERE account = $1 AND kind = $2 AND name = $3";
            let same_name =
                write.row(taken, values![record.account, record.kind.number(), &record.name]).await?;
            return Err(if same_name.is_some() {
                CreateTokenError::NameTaken
            } else {
                CreateTokenError::TokenTaken
            });
        }
        write.commit().await?;
        Ok((token, Arc::new(record)))
    }

    /// The record of a token, if it is good for this kind of service now.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn api_token(
        &self,
        kind: TokenKind,
        token: &ApiToken,
    ) -> Result<Option<Arc<ApiTokenRecord>>, StoreError> {
        let digest = self.token_digest(token);
        let filled = self.models.api_tokens.get(&digest, async {
            let row = self.db.row("SELECT * FROM api_tokens WHERE digest = $1", values![digest]).await?;
            row.as_ref().map(ApiTokenRecord::from_row).transpose()
        });
        Ok(filled.await?.filter(|record| record.kind == kind && record.is_good_at(self.now())))
    }

    /// An account's tokens of a kind, expired ones too, in the order of their names.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn api_tokens(
        &self,
        account: AccountId,
        kind: TokenKind,
    ) -> Result<Vec<Arc<ApiTokenRecord>>, StoreError> {
        let sql = "SELECT * FROM api_tokens WHERE account = $1 AND kind = $2";
        let rows = self.db.rows(sql, values![account, kind.number()]).await?;
        let mut tokens = rows.iter().map(ApiTokenRecord::from_row).collect::<Result<Vec<_>, _>>()?;
        tokens.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(tokens)
    }

    /// Revokes a token. Answers whether there was one of this name.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn revoke_api_token(
        &self,
        account: AccountId,
        kind: TokenKind,
        name: &TokenName,
    ) -> Result<bool, StoreError> {
        let removal =
            "DELETE FROM api_tokens WHERE account = $1 AND kind = $2 AND name = $3 RETURNING digest";
        let mut write = self.write().await?;
        let Some(row) = write.row(removal, values![account, kind.number(), name]).await? else {
            return Ok(false);
        };
        write.changed(Change::ApiToken(row.text("digest")?));
        write.commit().await?;
        Ok(true)
    }

    fn token_digest(&self, token: &ApiToken) -> Digest {
        self.digest(Purpose::ApiToken, token.expose())
    }
}
