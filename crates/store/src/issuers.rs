//! Names of resellers, as one-time-code apps show their accounts.

use portreeve_types::AccountId;

use crate::error::StoreError;
use crate::store::Store;
use crate::trail::AccountEvent;
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
        write.execute("DELETE FROM issuers WHERE account = $1", values![reseller]).await?;
        if let Some(issuer) = issuer {
            let upsert = "INSERT INTO issuers (account, issuer) VALUES ($1, $2)
                ON CONFLICT (account) DO UPDATE SET issuer = excluded.issuer";
            write.execute(upsert, values![reseller, issuer]).await?;
        }
        let account = write.account_name(reseller).await?;
        write.commit(AccountEvent::IssuerChanged { account, issuer: issuer.map(str::to_owned) }).await
    }
}
