//! Suspended accounts and mailboxes.

use std::time::Duration;

use portreeve_crypt::ExposeSecret;
use portreeve_store::{Account, Authority, NewSession, SessionLookup};
use portreeve_types::Service;

use crate::world::{World, on_each_database, proven_mailbox, session_of};

async fn found(world: &World, account: &Account) -> std::sync::Arc<Account> {
    world.store.account(&account.user).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_suspension_keeps_its_reason_and_its_beginning_until_it_ends() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        assert!(found(&world, &account).await.suspension.is_none());
        assert!(world.store.suspend_account(account.id, "late", false, Authority::Owner).await.unwrap());
        let since = found(&world, &account).await.suspension.clone().unwrap().since;
        world.pass(Duration::from_secs(60));
        assert!(world.store.suspend_account(account.id, "very late", false, Authority::Owner).await.unwrap());
        let again = world.open_again().await;
        let suspension = again.account_by_id(account.id).await.unwrap().unwrap().suspension.clone().unwrap();
        assert_eq!((suspension.since, suspension.reason.as_str()), (since, "very late"));
        assert!(!suspension.locked);
        assert!(world.store.unsuspend_account(account.id, Authority::Owner).await.unwrap());
        assert!(found(&world, &account).await.suspension.is_none());
    })
    .await;
}

#[tokio::test]
async fn only_an_administrator_touches_a_locked_suspension() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let suspend = async |locked, authority| {
            world.store.suspend_account(account.id, "abuse", locked, authority).await.unwrap()
        };
        assert!(suspend(true, Authority::Administrator).await);
        assert!(!suspend(false, Authority::Owner).await);
        assert!(!world.store.unsuspend_account(account.id, Authority::Owner).await.unwrap());
        assert!(found(&world, &account).await.suspension.as_ref().is_some_and(|found| found.locked));
        assert!(suspend(false, Authority::Administrator).await);
        assert!(suspend(false, Authority::Owner).await);
        assert!(world.store.unsuspend_account(account.id, Authority::Owner).await.unwrap());
        let gone = world.account("gone").await;
        assert!(world.store.remove_account(gone.id).await.unwrap());
        assert!(!world.store.suspend_account(gone.id, "", false, Authority::Administrator).await.unwrap());
        assert!(!world.store.unsuspend_account(gone.id, Authority::Administrator).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_whose_login_is_suspended_has_no_session_and_gets_none() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let mailbox = world.mailbox(&account, "info").await;
        let open = async || {
            let new =
                NewSession { service: Service::Webmail, ..session_of(proven_mailbox(&account, &mailbox)) };
            world.store.create_session(new).await.unwrap()
        };
        let cookie = open().await.unwrap().cookie;
        let lives = async || {
            let lookup = world.store.session(Service::Webmail, cookie.expose_secret()).await.unwrap();
            matches!(lookup, SessionLookup::Found(_))
        };
        assert!(lives().await);
        assert!(world.store.set_mailbox_login_suspended(mailbox.id, true).await.unwrap());
        assert!(!lives().await);
        assert!(open().await.is_none());
        let again = world.open_again().await;
        assert!(again.mailbox(&mailbox.address).await.unwrap().unwrap().login_suspended);
        assert!(world.store.set_mailbox_login_suspended(mailbox.id, false).await.unwrap());
        assert!(open().await.is_some());
        assert!(world.store.remove_mailbox(mailbox.id).await.unwrap());
        assert!(!world.store.set_mailbox_login_suspended(mailbox.id, true).await.unwrap());
    })
    .await;
}
