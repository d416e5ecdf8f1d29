//! Making tokens.

use std::sync::Arc;

use portreeve_crypt::ApiToken;
use portreeve_types::{AccountId, Timestamp, TokenId, TokenName};

use super::{ApiTokenRecord, TokenKind, TokenLimits};
use crate::error::StoreError;
use crate::proven::Acting;
use crate::trail::CredentialEvent;
use crate::value::values;
use crate::writer::Writer;

/// A token to be made.
pub struct NewToken {
    /// The account that it acts as.
    pub account: AccountId,
    /// Where it is good.
    pub kind: TokenKind,
    /// Its name, unique within the account and kind.
    pub name: TokenName,
    /// What it is limited to.
    pub limits: TokenLimits,
    /// The token, where it is given from outside; otherwise a new one is made.
    pub token: Option<ApiToken>,
}

/// Why a token was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateTokenError {
    /// The account has a token of this kind and name.
    #[error("the account has a token of this name")]
    NameTaken,
    /// Whoever makes it has lost what was proven for it.
    #[error("the maker's session or second factor was changed")]
    NotActing,
    /// The given token is in use already.
    #[error("this token is in use already")]
    TokenTaken,
    /// The records are unavailable.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Writer {
    /// Makes a token, if whoever makes it still may. It is shown to its owner now or never: the record does not hold
    /// it.
    ///
    /// # Errors
    /// When the account has a token of the same name and kind, a given token is in use, its maker may no longer, or
    /// the records are unavailable.
    pub async fn create_api_token(
        &self,
        new: NewToken,
        acting: Option<Acting<'_>>,
    ) -> Result<(ApiToken, Arc<ApiTokenRecord>), CreateTokenError> {
        let token = new.token.unwrap_or_else(|| ApiToken::generate(&*self.entropy));
        let record = ApiTokenRecord {
            id: TokenId(self.new_id()),
            account: new.account,
            kind: new.kind,
            name: new.name,
            created: self.now(),
            limits: new.limits,
            digest: self.token_digest(&token),
        };
        let insert = "INSERT INTO api_tokens
            (id, account, kind, name, digest, created, expires, acls, networks, code_required)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
        let parameters = values![
            record.id,
            record.account,
            record.kind.number(),
            &record.name,
            record.digest,
            record.created,
            record.limits.expires.map(Timestamp::seconds),
            record.limits.acls.map(|acls| acls.to_string()),
            record.limits.networks_text(),
            record.limits.code_required,
        ];
        let mut write = self.write().await?;
        if let Some(acting) = acting
            && !write.still_acts(acting).await?
        {
            return Err(CreateTokenError::NotActing);
        }
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
        let event = CredentialEvent::TokenCreated {
            account: write.account_name(record.account).await?,
            service: record.kind.service(),
            token: record.name.clone(),
            rights: (&record.limits).into(),
        };
        write.commit(event).await?;
        Ok((token, Arc::new(record)))
    }
}
