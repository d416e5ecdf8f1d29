//! Access hashes: the credential that API tokens replaced.

use portreeve_crypt::{AccessHash, Purpose};
use portreeve_types::AccountId;

use crate::change::Change;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::values;

impl Store {
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
        write.commit().await
    }

    /// The account that an access hash belongs to.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn access_hash_account(&self, hash: &AccessHash) -> Result<Option<AccountId>, StoreError> {
        for digest in self.digests(Purpose::AccessHash, hash.one_line()) {
            let filled = self.models.access_hashes.get(&digest, async {
                let sql = "SELECT account FROM access_hashes WHERE digest = $1";
                let row = self.db.row(sql, values![digest]).await?;
                row.as_ref().map(crate::row::Row::account).transpose()
            });
            if let Some(account) = filled.await? {
                return Ok(Some(account));
            }
        }
        Ok(None)
    }
}
