//! Mailboxes.

use portreeve_crypt::ExposeSecret;
use portreeve_store::{AddMailboxError, NewMailbox, NewSession, SessionLookup};
use portreeve_types::{Quota, Service, Subject};

use crate::world::{hash, on_each_database, proven_mailbox, session_of};

#[tokio::test]
async fn mailboxes_are_listed_in_the_order_of_their_addresses_without_sql_the_second_time() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        for local in ["sales", "info", "a.b", "a-b"] {
            world.mailbox(&account, local).await;
        }
        let list = world.store.mailboxes(account.id).await.unwrap();
        let locals: Vec<_> = list.iter().map(|mailbox| mailbox.address.local.to_string()).collect();
        assert_eq!(locals, ["a-b", "a.b", "info", "sales"]);
        let before = world.store.queries();
        world.store.mailboxes(account.id).await.unwrap();
        assert_eq!(world.store.queries(), before);
    })
    .await;
}

#[tokio::test]
async fn a_new_mailbox_is_in_the_list_the_moment_it_is_made_and_a_removed_one_is_not() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        assert!(world.store.mailboxes(account.id).await.unwrap().is_empty());
        let mailbox = world.mailbox(&account, "info").await;
        assert_eq!(world.store.mailboxes(account.id).await.unwrap().len(), 1);
        let found = world.store.mailbox(&mailbox.address).await.unwrap().unwrap();
        assert_eq!((found.id, found.account, found.quota), (mailbox.id, account.id, Quota::mib(250)));
        assert!(world.store.mailbox_by_id(mailbox.id).await.unwrap().is_some());
        assert!(world.store.remove_mailbox(mailbox.id).await.unwrap());
        assert!(!world.store.remove_mailbox(mailbox.id).await.unwrap());
        assert!(world.store.mailboxes(account.id).await.unwrap().is_empty());
        assert!(world.store.mailbox(&mailbox.address).await.unwrap().is_none());
        assert!(world.store.mailbox_by_id(mailbox.id).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn an_address_is_given_once_even_to_different_accounts() {
    on_each_database(async |world| {
        let first = world.account("first").await;
        let second = world.account("second").await;
        let mailbox = world.mailbox(&first, "info").await;
        let same = NewMailbox {
            account: second.id,
            address: mailbox.address.clone(),
            password: hash("x"),
            quota: Quota::UNLIMITED,
        };
        assert!(matches!(world.store.add_mailbox(same).await.err(), Some(AddMailboxError::Exists)));
    })
    .await;
}

#[tokio::test]
async fn a_mailboxs_new_password_and_its_removal_end_its_sessions() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let mailbox = world.mailbox(&account, "info").await;
        let open = async || {
            let now = world.store.mailbox_by_id(mailbox.id).await.unwrap().unwrap();
            let proven = proven_mailbox(&account, &now);
            let new = NewSession { service: Service::Webmail, ..session_of(proven) };
            world.store.create_session(new).await.unwrap().unwrap().cookie
        };
        let found = async |cookie: &portreeve_crypt::SecretString| {
            let lookup = world.store.session(Service::Webmail, cookie.expose_secret()).await.unwrap();
            matches!(lookup, SessionLookup::Found(_))
        };
        let cookie = open().await;
        assert!(
            world.store.renew_mailbox_hash(mailbox.id, &mailbox.password, &hash("rehashed")).await.unwrap()
        );
        assert!(found(&cookie).await);
        // the old hash is no longer on record: a second renewal of it changes nothing
        assert!(!world.store.renew_mailbox_hash(mailbox.id, &mailbox.password, &hash("late")).await.unwrap());
        assert!(world.new_password(Subject::Mailbox(mailbox.id), "new").await);
        assert!(!found(&cookie).await);
        let cookie = open().await;
        assert!(found(&cookie).await);
        assert!(world.store.set_mailbox_quota(mailbox.id, Quota::mib(7)).await.unwrap());
        assert_eq!(world.store.mailbox(&mailbox.address).await.unwrap().unwrap().quota, Quota::mib(7));
        assert!(found(&cookie).await);
        assert!(world.store.remove_mailbox(mailbox.id).await.unwrap());
        assert!(!found(&cookie).await);
    })
    .await;
}
