//! What changes nothing leaves nothing in the audit trail, and is answered as if it had.

use portreeve_store::{Authority, NewToken, Role, Store, TokenChange, TokenKind, TokenLimits};
use portreeve_types::{AclSet, Subject};

use crate::world::{World, new_account, on_each_database, pending_of, proven};

/// How many entries there are.
async fn entries(store: &Store) -> i64 {
    store.own_trail_head().await.unwrap().map_or(0, |head| head.sequence)
}

/// Asserts that something leaves an entry when it is done, and none when it is done again.
async fn leaves_one_entry(world: &World, what: &str, done: impl AsyncFn()) {
    let before = entries(&world.store).await;
    done().await;
    assert_eq!(entries(&world.store).await, before + 1, "{what}");
    done().await;
    assert_eq!(entries(&world.store).await, before + 1, "{what}, again");
}

#[tokio::test]
async fn what_is_so_already_is_no_change_of_an_account_or_mailbox() {
    on_each_database(async |world| {
        let (store, account) = (&world.store, world.account("plain").await);
        let mailbox = world.mailbox(&account, "office").await;
        for reason in ["late", "later"] {
            leaves_one_entry(&world, "a suspension", async || {
                assert!(store.suspend_account(account.id, reason, false, Authority::Owner).await.unwrap());
            })
            .await;
        }
        leaves_one_entry(&world, "a lock", async || {
            let locked = store.suspend_account(account.id, "later", true, Authority::Administrator);
            assert!(locked.await.unwrap());
        })
        .await;
        let before = entries(store).await;
        // the same is refused to whoever may not have it so
        assert!(!store.suspend_account(account.id, "later", true, Authority::Owner).await.unwrap());
        assert!(!store.unsuspend_account(account.id, Authority::Owner).await.unwrap());
        assert_eq!(entries(store).await, before);
        leaves_one_entry(&world, "the end of a suspension", async || {
            assert!(store.unsuspend_account(account.id, Authority::Administrator).await.unwrap());
        })
        .await;
        for suspended in [true, false] {
            leaves_one_entry(&world, "a mailbox", async || {
                assert!(store.set_mailbox_login_suspended(mailbox.id, suspended).await.unwrap());
            })
            .await;
        }
        let role = Role::Reseller(AclSet::usual_reseller());
        leaves_one_entry(&world, "a role", async || {
            assert!(store.set_account_role(account.id, role).await.unwrap());
        })
        .await;
        store.remove_account(account.id).await.unwrap();
        let before = entries(store).await;
        assert!(!store.unsuspend_account(account.id, Authority::Administrator).await.unwrap());
        assert!(!store.set_account_role(account.id, role).await.unwrap());
        assert!(!store.set_mailbox_login_suspended(mailbox.id, true).await.unwrap());
        assert_eq!(entries(store).await, before);
    })
    .await;
}

#[tokio::test]
async fn what_is_so_already_is_no_change_of_what_somebody_logs_in_with() {
    on_each_database(async |world| {
        let store = &world.store;
        let account = store
            .create_account(portreeve_store::NewAccount {
                role: Role::Reseller(AclSet::usual_reseller()),
                ..new_account("asder")
            })
            .await
            .unwrap();
        let subject = Subject::Account(account.id);
        for issuer in [Some("Asder"), Some("Asder & Sons"), None] {
            leaves_one_entry(&world, "an issuer", async || {
                store.set_issuer(account.id, issuer).await.unwrap();
            })
            .await;
        }
        leaves_one_entry(&world, "an address", async || {
            let acting = world.acting(subject).await;
            assert!(store.verify_address(acting, "192.0.2.*".parse().unwrap()).await.unwrap());
        })
        .await;
        let (kind, name) = (TokenKind::Whm, "one".parse().unwrap());
        let limits = TokenLimits::default();
        let new = NewToken { account: account.id, kind, name, limits, token: None };
        store.create_api_token(new, None).await.unwrap();
        leaves_one_entry(&world, "a token", async || {
            let change = TokenChange { code_required: Some(true), ..TokenChange::default() };
            let name = "one".parse().unwrap();
            let changed = store.update_api_token(account.id, kind, &name, change, None);
            assert!(changed.await.unwrap().limits.code_required);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn sessions_are_told_of_as_ended_where_any_login_was() {
    on_each_database(async |world| {
        let (store, account) = (&world.store, world.account("plain").await);
        let subject = Subject::Account(account.id);
        assert_eq!(store.end_sessions_of(subject, None).await.unwrap(), 0);
        let before = entries(store).await;
        world.session(&account).await;
        assert_eq!(entries(store).await, before + 1);
        leaves_one_entry(&world, "a session", async || drop(store.end_sessions_of(subject, None).await))
            .await;
        store.create_pending(pending_of(proven(&account))).await.unwrap().unwrap();
        leaves_one_entry(&world, "a login under way", async || {
            assert_eq!(store.end_sessions_of(subject, None).await.unwrap(), 0);
        })
        .await;
    })
    .await;
}
