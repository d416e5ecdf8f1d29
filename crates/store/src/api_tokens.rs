//! API tokens: credentials for programs.

mod change;
mod create;
mod last_use;

use std::net::IpAddr;
use std::sync::Arc;

use portreeve_crypt::{ApiToken, Digest, Purpose};
use portreeve_types::{AccountId, AclSet, Network, Service, Timestamp, TokenId, TokenName};

pub use change::{TokenChange, UpdateTokenError};
pub use create::{CreateTokenError, NewToken};
pub use last_use::LastUse;
pub(crate) use last_use::TokenUses;

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
    /// The service where it is good.
    pub(crate) const fn service(self) -> Service {
        match self {
            TokenKind::Cpanel => Service::Cpanel,
            TokenKind::Whm => Service::Whm,
        }
    }

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
    /// What it is limited to.
    pub limits: TokenLimits,
    pub(crate) digest: Digest,
}

/// What a token is limited to; nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenLimits {
    /// From when on it is no longer good; none when it does not expire.
    pub expires: Option<Timestamp>,
    /// Its own privileges, which only narrow the account's; none when it has all of the account's.
    pub acls: Option<AclSet>,
    /// From where it is good, and on TLS only; empty when it is good from anywhere.
    pub networks: Vec<Network>,
    /// Whether each call needs a code of the account's second factor too.
    pub code_required: bool,
}

impl TokenLimits {
    /// Whether the token is good from an address.
    #[must_use]
    pub fn allow(&self, address: IpAddr) -> bool {
        self.networks.is_empty() || self.networks.iter().any(|network| network.contains(address))
    }

    /// The networks as records keep them.
    fn networks_text(&self) -> Option<String> {
        let texts: Vec<String> = self.networks.iter().map(Network::to_string).collect();
        (!texts.is_empty()).then(|| texts.join(" "))
    }

    fn from_row(row: &Row) -> Result<TokenLimits, StoreError> {
        let acls = row.optional_text("acls")?.map(|acls| acls.parse());
        let networks = row.optional_text("networks")?.unwrap_or_default();
        let networks = networks.split_ascii_whitespace().map(str::parse).collect::<Result<Vec<_>, _>>();
        Ok(TokenLimits {
            expires: row.optional_integer("expires")?.map(Timestamp::from_seconds),
            acls: acls.transpose().map_err(|_| StoreError::Corrupt { column: "acls" })?,
            networks: networks.map_err(|_| StoreError::Corrupt { column: "networks" })?,
            code_required: row.truth("code_required")?,
        })
    }
}

/// What is known of a token that was sent.
pub enum TokenLookup {
    /// It is good for this kind of service now.
    Good(Arc<ApiTokenRecord>),
    /// It was, until it expired.
    Expired(Arc<ApiTokenRecord>),
    /// It is none, or of another kind.
    Unknown,
}

impl TokenLookup {
    /// The record of a token that is good.
    #[must_use]
    pub fn good(self) -> Option<Arc<ApiTokenRecord>> {
        match self {
            TokenLookup::Good(record) => Some(record),
            TokenLookup::Expired(_) | TokenLookup::Unknown => None,
        }
    }
}

/// A token as its owner sees it.
pub struct ListedToken {
    /// The token.
    pub record: Arc<ApiTokenRecord>,
    /// When it was last used; none when it never was.
    pub last_use: Option<LastUse>,
}

impl ApiTokenRecord {
    /// Whether the token is still good at a moment.
    #[must_use]
    pub fn is_good_at(&self, now: Timestamp) -> bool {
        self.limits.expires.is_none_or(|expires| now < expires)
    }

    pub(crate) fn from_row(row: &Row) -> Result<Arc<ApiTokenRecord>, StoreError> {
        Ok(Arc::new(ApiTokenRecord {
            id: TokenId(row.integer("id")?),
            account: row.account()?,
            kind: TokenKind::from_number(row.integer("kind")?)
                .ok_or(StoreError::Corrupt { column: "kind" })?,
            name: row.parsed("name")?,
            created: row.moment("created")?,
            limits: TokenLimits::from_row(row)?,
            digest: row.digest("digest")?,
        }))
    }
}

impl Store {
    /// What a token is for this kind of service now.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn api_token(&self, kind: TokenKind, token: &ApiToken) -> Result<TokenLookup, StoreError> {
        for digest in self.digests(Purpose::ApiToken, token.expose()) {
            if let Some(record) = self.api_token_by_digest(digest).await? {
                return Ok(match record {
                    record if record.kind != kind => TokenLookup::Unknown,
                    record if record.is_good_at(self.now()) => TokenLookup::Good(record),
                    record => TokenLookup::Expired(record),
                });
            }
        }
        Ok(TokenLookup::Unknown)
    }

    /// Whether a token that was good is still on record as it was, and good now.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn is_good_still(&self, token: &ApiTokenRecord) -> Result<bool, StoreError> {
        let now = self.api_token_by_digest(token.digest).await?;
        Ok(now.is_some_and(|now| *now == *token && now.is_good_at(self.now())))
    }

    async fn api_token_by_digest(&self, digest: Digest) -> Result<Option<Arc<ApiTokenRecord>>, StoreError> {
        let fill = || async {
            let row = self.db.row("SELECT * FROM api_tokens WHERE digest = $1", values![digest]).await?;
            row.as_ref().map(ApiTokenRecord::from_row).transpose()
        };
        self.models.api_tokens.get(&digest, fill).await
    }

    /// An account's tokens of a kind, expired ones too, in the order of their names.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn api_tokens(
        &self,
        account: AccountId,
        kind: TokenKind,
    ) -> Result<Vec<ListedToken>, StoreError> {
        let sql = "SELECT * FROM api_tokens WHERE account = $1 AND kind = $2";
        let rows = self.db.rows(sql, values![account, kind.number()]).await?;
        let mut tokens = Vec::with_capacity(rows.len());
        for row in &rows {
            let record = ApiTokenRecord::from_row(row)?;
            let last_use = self.token_uses.of(record.id).or(LastUse::from_row(row)?);
            tokens.push(ListedToken { record, last_use });
        }
        tokens.sort_by(|a, b| a.record.name.cmp(&b.record.name));
        Ok(tokens)
    }

    fn token_digest(&self, token: &ApiToken) -> Digest {
        self.digest(Purpose::ApiToken, token.expose())
    }
}
