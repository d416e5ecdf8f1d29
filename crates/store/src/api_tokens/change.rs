//! Changing and revoking tokens.

use std::sync::Arc;

use portreeve_types::{AccountId, AclSet, Network, Timestamp, TokenId, TokenName};

use super::{ApiTokenRecord, TokenKind};
use crate::change::Change;
use crate::error::StoreError;
use crate::proven::Acting;
use crate::trail::{CredentialEvent, Trail};
use crate::value::values;
use crate::writer::Writer;

/// What is to change of a token; what is none stays.
#[derive(Default)]
pub struct TokenChange {
    /// Another name.
    pub name: Option<TokenName>,
    /// Another end, or no end.
    pub expires: Option<Option<Timestamp>>,
    /// Other privileges, or all of the account's.
    pub acls: Option<Option<AclSet>>,
    /// Other networks; an empty list is anywhere.
    pub networks: Option<Vec<Network>>,
    /// Whether each call needs a code.
    pub code_required: Option<bool>,
}

impl TokenChange {
    fn apply(self, record: &mut ApiTokenRecord) {
        fn replace<T>(place: &mut T, change: Option<T>) {
            if let Some(change) = change {
                *place = change;
            }
        }
        replace(&mut record.name, self.name);
        replace(&mut record.limits.expires, self.expires);
        replace(&mut record.limits.acls, self.acls);
        replace(&mut record.limits.networks, self.networks);
        replace(&mut record.limits.code_required, self.code_required);
    }
}

/// Why a token was not changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateTokenError {
    /// The account has no token of this kind and name.
    #[error("the account has no token of this name")]
    Unknown,
    /// The account has another token of this kind and the new name.
    #[error("the account has another token of this name")]
    NameTaken,
    /// Whoever changes it has lost what was proven for it.
    #[error("the session or second factor of who changes it was changed")]
    NotActing,
    /// The records are unavailable.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Writer {
    /// Changes a token, if whoever changes it still may, and answers what it is then. With other limits, the sessions
    /// end that came of it.
    ///
    /// # Errors
    /// When there is none of this name, another has the new name, who changes it may no longer, or the records are
    /// unavailable.
    pub async fn update_api_token(
        &self,
        account: AccountId,
        kind: TokenKind,
        name: &TokenName,
        change: TokenChange,
        acting: Option<Acting<'_>>,
    ) -> Result<Arc<ApiTokenRecord>, UpdateTokenError> {
        // written to at once, so that of two changes the second reads what the first one wrote
        let hold = "UPDATE api_tokens SET name = name WHERE account = $1 AND kind = $2 AND name = $3
            RETURNING *";
        let update = "UPDATE api_tokens SET name = $2, expires = $3, acls = $4, networks = $5,
            code_required = $6 WHERE id = $1";
        let mut write = self.write().await?;
        write.hold_owner(account).await?;
        if let Some(acting) = acting
            && !write.still_acts(acting).await?
        {
            return Err(UpdateTokenError::NotActing);
        }
        let row = write.row(hold, values![account, kind.number(), name]).await?;
        let row = row.ok_or(UpdateTokenError::Unknown)?;
        let mut record = Arc::unwrap_or_clone(ApiTokenRecord::from_row(&row)?);
        let old = record.limits.clone();
        change.apply(&mut record);
        if record.limits == old && record.name == *name {
            write.commit(Trail::nothing("it was so before")).await?;
            return Ok(Arc::new(record));
        }
        if record.limits != old {
            write.end_what_came_of(record.id).await?;
        }
        let parameters = values![
            record.id,
            &record.name,
            record.limits.expires.map(Timestamp::seconds),
            record.limits.acls.map(|acls| acls.to_string()),
            record.limits.networks_text(),
            record.limits.code_required,
        ];
        match write.execute(update, parameters).await {
            Err(error) if error.is_taken() => return Err(UpdateTokenError::NameTaken),
            updated => updated?,
        };
        write.changed(Change::ApiToken(row.text("digest")?));
        let event = CredentialEvent::TokenChanged {
            account: write.account_name(account).await?,
            service: kind.service(),
            token: name.clone(),
            renamed: record.name.clone(),
            old: (&old).into(),
            new: (&record.limits).into(),
        };
        write.commit(event).await?;
        Ok(Arc::new(record))
    }

    /// Revokes a token, and ends the sessions that came of it. Answers whether there was one of this name.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn revoke_api_token(
        &self,
        account: AccountId,
        kind: TokenKind,
        name: &TokenName,
    ) -> Result<bool, StoreError> {
        self.revoke_api_tokens(account, kind, std::slice::from_ref(name)).await.map(|revoked| revoked > 0)
    }

    /// Revokes tokens, all of them or none, and ends the sessions that came of them. Answers how many there were of
    /// these names.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn revoke_api_tokens(
        &self,
        account: AccountId,
        kind: TokenKind,
        names: &[TokenName],
    ) -> Result<usize, StoreError> {
        let removal =
            "DELETE FROM api_tokens WHERE account = $1 AND kind = $2 AND name = $3 RETURNING id, digest";
        let mut write = self.write().await?;
        write.hold_owner(account).await?;
        let (owner, mut left) = (write.account_name(account).await?, Vec::new());
        for name in names {
            if let Some(row) = write.row(removal, values![account, kind.number(), name]).await? {
                write.changed(Change::ApiToken(row.text("digest")?));
                write.end_what_came_of(TokenId(row.integer("id")?)).await?;
                let (account, token) = (owner.clone(), name.clone());
                left.push(CredentialEvent::TokenRevoked { account, service: kind.service(), token });
            }
        }
        let revoked = left.len();
        write.commit(left).await?;
        Ok(revoked)
    }
}
