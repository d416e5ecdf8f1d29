//! FTP logins beside the account's own.

use std::sync::Arc;

use portreeve_crypt::PasswordHash;
use portreeve_types::{AccountId, DomainName, FtpLoginId, LocalPart, MailAddress, Quota, Timestamp};

use crate::change::Change;
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Store;
use crate::trail::{AccountEvent, Trail};
use crate::value::{Value, values};
use crate::writer::Writer;

/// An FTP login, `login@domain`.
pub struct FtpLogin {
    /// Its identity, never used again.
    pub id: FtpLoginId,
    /// The account that it belongs to.
    pub account: AccountId,
    /// Its name before the `@`.
    pub login: LocalPart,
    /// Its domain.
    pub domain: DomainName,
    /// Its password.
    pub password: PasswordHash,
    /// The directory that it sees, relative to the account's home.
    pub home: String,
    /// Its disk quota.
    pub quota: Quota,
    /// When it was made.
    pub created: Timestamp,
}

/// An FTP login to be made.
pub struct NewFtpLogin {
    /// The account that it belongs to.
    pub account: AccountId,
    /// Its name before the `@`.
    pub login: LocalPart,
    /// Its domain.
    pub domain: DomainName,
    /// Its password.
    pub password: PasswordHash,
    /// The directory that it sees, relative to the account's home.
    pub home: String,
    /// Its disk quota.
    pub quota: Quota,
}

/// Why an FTP login was not made.
#[derive(Debug, thiserror::Error)]
pub enum AddFtpLoginError {
    /// There is an FTP login of this name.
    #[error("there is an FTP login of this name")]
    Exists,
    /// The records are unavailable.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl FtpLogin {
    fn from_row(row: &Row) -> Result<Arc<FtpLogin>, StoreError> {
        Ok(Arc::new(FtpLogin {
            id: FtpLoginId(row.integer("id")?),
            account: row.account()?,
            login: row.parsed("login")?,
            domain: row.parsed("domain")?,
            password: row.password("password")?,
            home: row.text("home")?,
            quota: row.quota("quota")?,
            created: row.moment("created")?,
        }))
    }
}

impl Store {
    /// An account's FTP logins, in the order of their names.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn ftp_logins(&self, account: AccountId) -> Result<Arc<[Arc<FtpLogin>]>, StoreError> {
        let filled = self.models.ftp_login_lists.get(&account, || async {
            let rows = self.db.rows("SELECT * FROM ftp_logins WHERE account = $1", values![account]).await?;
            let mut logins = rows.iter().map(FtpLogin::from_row).collect::<Result<Vec<_>, _>>()?;
            logins.sort_by(|a, b| (&a.login, &a.domain).cmp(&(&b.login, &b.domain)));
            Ok(Some(logins.into()))
        });
        Ok(filled.await?.unwrap_or_default())
    }
}

impl Writer {
    /// Makes an FTP login.
    ///
    /// # Errors
    /// When there is one of the same name, or the records are unavailable.
    pub async fn add_ftp_login(&self, new: NewFtpLogin) -> Result<Arc<FtpLogin>, AddFtpLoginError> {
        let made = FtpLogin {
            id: FtpLoginId(self.new_id()),
            account: new.account,
            login: new.login,
            domain: new.domain,
            password: new.password,
            home: new.home,
            quota: new.quota,
            created: self.now(),
        };
        let insert = "INSERT INTO ftp_logins (id, account, login, domain, password, home, quota, created)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
        let FtpLogin { id, account, login, domain, password, home, quota, created } = &made;
        let record = values![*id, *account, login, domain, password, home.as_str(), *quota, *created];
        let mut write = self.write().await?;
        if write.execute(insert, record).await? == 0 {
            return Err(AddFtpLoginError::Exists);
        }
        write.changed(Change::FtpLoginList(*account));
        let login = MailAddress { local: login.clone(), domain: domain.clone() };
        write.commit(AccountEvent::FtpLoginCreated { login, home: home.clone() }).await?;
        Ok(Arc::new(made))
    }

    /// Removes an FTP login. Answers whether it existed.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn remove_ftp_login(&self, id: FtpLoginId) -> Result<bool, StoreError> {
        let removal = "DELETE FROM ftp_logins WHERE id = $1 RETURNING account, login, domain";
        self.update_ftp_login(removal, values![id], |login| AccountEvent::FtpLoginRemoved { login }.into())
            .await
    }

    /// Gives an FTP login another password. Answers whether it exists.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn set_ftp_login_password(
        &self,
        id: FtpLoginId,
        password: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let update = "UPDATE ftp_logins SET password = $2 WHERE id = $1 RETURNING account, login, domain";
        let left = |login| AccountEvent::FtpPasswordChanged { login }.into();
        self.update_ftp_login(update, values![id, password], left).await
    }

    /// Gives an FTP login another quota. Answers whether it exists.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn set_ftp_login_quota(&self, id: FtpLoginId, quota: Quota) -> Result<bool, StoreError> {
        let update = "UPDATE ftp_logins SET quota = $2 WHERE id = $1 RETURNING account, login, domain";
        let left = |_| Trail::nothing("how much somebody may keep lets nobody in");
        self.update_ftp_login(update, values![id, quota], left).await
    }

    async fn update_ftp_login(
        &self,
        update: &'static str,
        values: Vec<Value>,
        left: impl FnOnce(MailAddress) -> Trail,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let Some(row) = write.row(update, values).await? else { return Ok(false) };
        write.changed(Change::FtpLoginList(row.account()?));
        let login = MailAddress { local: row.parsed("login")?, domain: row.parsed("domain")? };
        write.commit(left(login)).await?;
        Ok(true)
    }
}
