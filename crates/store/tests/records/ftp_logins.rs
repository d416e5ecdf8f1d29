//! FTP logins.

use portreeve_store::{AddFtpLoginError, NewFtpLogin};
use portreeve_types::Quota;

use crate::world::{hash, on_each_database};

#[tokio::test]
async fn an_ftp_login_is_made_once_changed_and_removed() {
    on_each_database(async |world| {
        let store = &world.store;
        let account = world.account("cptest").await;
        let new = || NewFtpLogin {
            account: account.id,
            login: "web".parse().unwrap(),
            domain: account.domain.clone(),
            password: hash("old"),
            home: "public_html/web".to_owned(),
            quota: Quota::mib(10),
        };
        assert!(store.ftp_logins(account.id).await.unwrap().is_empty());
        let made = store.add_ftp_login(new()).await.unwrap();
        assert!(matches!(store.add_ftp_login(new()).await.err(), Some(AddFtpLoginError::Exists)));
        assert!(store.set_ftp_login_password(made.id, &hash("new")).await.unwrap());
        assert!(store.set_ftp_login_quota(made.id, Quota::UNLIMITED).await.unwrap());

        let list = store.ftp_logins(account.id).await.unwrap();
        let [found] = &*list else { panic!("{} logins", list.len()) };
        assert_eq!(
            (found.id, found.home.as_str(), found.quota),
            (made.id, "public_html/web", Quota::UNLIMITED)
        );
        assert_eq!(found.password.as_record(), hash("new").as_record());
        let before = store.queries();
        store.ftp_logins(account.id).await.unwrap();
        assert_eq!(store.queries(), before);

        assert!(store.remove_ftp_login(made.id).await.unwrap());
        assert!(!store.remove_ftp_login(made.id).await.unwrap());
        assert!(store.ftp_logins(account.id).await.unwrap().is_empty());
    })
    .await;
}
