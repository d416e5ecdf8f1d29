//! Names of resellers, as one-time-code apps show their accounts.

use portreeve_types::AccountId;

use crate::error::StoreError;
use crate::store::Store;
use crate::trail::{AccountEvent, Trail};
use crate::value::values;
use crate::writer::Writer;

impl Store {
    /// The name that a reseller chose; none when it chose none.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn issuer(&self, reseller: AccountId) -> Result<Option<String>, StoreError> {
        let row = self.db.row("SELECT issuer FROM issuers WHERE account = $1", values![reseller]).await?;
        row.map(|row| row.text("issuer")).transpose()
    }
}

impl Writer {
    /// Chooses a reseller's name; none takes the choice back.
    ///
    /// # Errors
    /// When the account is gone or the records are unavailable.
    pub async fn set_issuer(&self, reseller: AccountId, issuer: Option<&str>) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let removal = "DELETE FROM issuers WHERE account = $1";
        let upsert = "INSERT INTO issuers (account, issuer) VALUES ($1, $2)
            ON CONFLICT (account) DO UPDATE SET issuer = excluded.issuer WHERE issuers.issuer <> excluded.issuer";
        let changed = match issuer {
            Some(issuer) => write.execute(upsert, values![reseller, issuer]).await?,
            None => write.execute(removal, values![reseller]).await?,
        };
        let account = write.account_name(reseller).await?;
        let left = match changed {
            0 => Trail::nothing("it was so before"),
            _ => AccountEvent::IssuerChanged { account, issuer: issuer.map(str::to_owned) }.into(),
        };
        write.commit(left).await
    }
}
