//! Access hashes: the credential that API tokens replaced.

use portreeve_crypt::{AccessHash, Digest, Purpose};
use portreeve_types::AccountId;

use crate::change::Change;
use crate::error::StoreError;
use crate::store::Store;
use crate::trail::CredentialEvent;
use crate::value::values;
use crate::writer::Writer;

/// An access hash on record.
pub struct AccessHashRecord {
    /// Whose it is.
    pub account: AccountId,
    /// What tells it from the one that replaces it.
    pub digest: Digest,
}

impl Store {
    /// An access hash, if it is on record.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn access_hash(&self, hash: &AccessHash) -> Result<Option<AccessHashRecord>, StoreError> {
        for digest in self.digests(Purpose::AccessHash, hash.one_line()) {
            if let Some(account) = self.account_of_access_hash(&digest).await? {
                return Ok(Some(AccessHashRecord { account, digest }));
            }
        }
        Ok(None)
    }

    /// Whether an access hash is still on record, and the settings let access hashes in.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn is_access_hash_good(&self, digest: &Digest) -> Result<bool, StoreError> {
        let allowed = self.policies().await?.allow_access_hash;
        Ok(allowed && self.account_of_access_hash(digest).await?.is_some())
    }

    async fn account_of_access_hash(&self, digest: &Digest) -> Result<Option<AccountId>, StoreError> {
        let filled = self.models.access_hashes.get(digest, || async {
            let sql = "SELECT account FROM access_hashes WHERE digest = $1";
            let row = self.db.row(sql, values![*digest]).await?;
            row.as_ref().map(crate::row::Row::account).transpose()
        });
        filled.await
    }
}

impl Writer {
    /// Gives an account an access hash, in place of the one it had. The record holds its keyed digest only.
    ///
    /// # Errors
    /// When the records are unavailable, or the account is gone.
    pub async fn set_access_hash(&self, account: AccountId, hash: &AccessHash) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let removal = "DELETE FROM access_hashes WHERE account = $1 RETURNING digest";
        for row in write.rows(removal, values![account]).await? {
            write.changed(Change::AccessHash(row.text("digest")?));
        }
        let digest = self.digest(Purpose::AccessHash, hash.one_line());
        write
            .execute("INSERT INTO access_hashes (account, digest) VALUES ($1, $2)", values![account, digest])
            .await?;
        let account = write.account_name(account).await?;
        write.commit(CredentialEvent::AccessHashSet { account }).await
    }
}
