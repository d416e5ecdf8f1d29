//! What ends sessions and pending logins, and what does not let any begin.

use portreeve_crypt::{ExposeSecret, SecretString, SystemEntropy, TotpSecret};
use portreeve_store::{Account, Authority, Mailbox, PendingLookup, ProvenLogin, SessionLookup};
use portreeve_types::{Service, Subject};

use crate::world::{World, on_each_database, pending_of, proven, proven_mailbox, session_of};

/// A session and a pending login of the same identity.
struct Logins {
    session: SecretString,
    pending: SecretString,
}

async fn of_account(world: &World, account: &Account) -> Logins {
    let enrolment = world.enrolment(Subject::Account(account.id)).await;
    let new = pending_of(ProvenLogin { enrolment, ..proven(account) });
    let pending = world.store.create_pending(new).await.unwrap().unwrap();
    Logins { session: world.session(account).await.cookie, pending }
}

async fn of_mailbox(world: &World, account: &Account, mailbox: &Mailbox) -> Logins {
    let session =
        world.store.create_session(session_of(proven_mailbox(account, mailbox))).await.unwrap().unwrap();
    let pending =
        world.store.create_pending(pending_of(proven_mailbox(account, mailbox))).await.unwrap().unwrap();
    Logins { session: session.cookie, pending }
}

/// Whether the session and the pending login are still good.
async fn good(world: &World, logins: &Logins) -> (bool, bool) {
    let session = world.store.session(Service::Cpanel, logins.session.expose_secret()).await.unwrap();
    let pending = world.store.take_try(Service::Cpanel, logins.pending.expose_secret()).await.unwrap();
    (matches!(session, SessionLookup::Found(_)), matches!(pending, PendingLookup::Found(..)))
}

#[tokio::test]
async fn a_new_password_ends_what_the_old_one_proved() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let mailbox = world.mailbox(&account, "info").await;
        let logins = [of_account(&world, &account).await, of_mailbox(&world, &account, &mailbox).await];
        assert!(world.new_password(Subject::Account(account.id), "new").await);
        assert_eq!(good(&world, &logins[0]).await, (false, false));
        assert_eq!(good(&world, &logins[1]).await, (true, true), "a mailbox has a password of its own");
        assert!(world.new_password(Subject::Mailbox(mailbox.id), "new").await);
        assert_eq!(good(&world, &logins[1]).await, (false, false));
    })
    .await;
}

#[tokio::test]
async fn ending_the_sessions_of_somebody_ends_the_pending_logins_too() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let logins = of_account(&world, &account).await;
        assert_eq!(world.store.end_sessions_of(Subject::Account(account.id), None).await.unwrap(), 1);
        assert_eq!(good(&world, &logins).await, (false, false));
    })
    .await;
}

#[tokio::test]
async fn a_suspension_ends_the_logins_of_the_account_and_of_its_mailboxes() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let mailbox = world.mailbox(&account, "info").await;
        let other = world.account("other").await;
        let logins = [of_account(&world, &account).await, of_mailbox(&world, &account, &mailbox).await];
        let others = of_account(&world, &other).await;
        assert!(world.store.suspend_account(account.id, "a reason", false, Authority::Owner).await.unwrap());
        assert!(world.store.unsuspend_account(account.id, Authority::Owner).await.unwrap());
        for logins in &logins {
            assert_eq!(good(&world, logins).await, (false, false));
        }
        assert_eq!(good(&world, &others).await, (true, true));
    })
    .await;
}

#[tokio::test]
async fn a_changed_second_factor_ends_all_logins_but_the_session_that_changed_it() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let subject = Subject::Account(account.id);
        let changes = async |logins: &Logins, remove: bool| {
            let own = world.session(&account).await;
            if remove {
                let found = world.enrolment(subject).await.unwrap();
                assert!(world.store.remove_two_factor(subject, found, Some(&own.session)).await.unwrap());
            } else {
                let secret = TotpSecret::generate(&SystemEntropy);
                assert!(
                    world.store.set_two_factor(subject, &secret, None, Some(&own.session)).await.unwrap()
                );
            }
            assert_eq!(good(&world, logins).await, (false, false));
            let kept = world.store.session(Service::Cpanel, own.cookie.expose_secret()).await.unwrap();
            assert!(matches!(kept, SessionLookup::Found(_)));
        };
        changes(&of_account(&world, &account).await, false).await;
        changes(&of_account(&world, &account).await, true).await;
        let untouched = of_account(&world, &account).await;
        assert!(!world.store.remove_two_factor(subject, 1, None).await.unwrap());
        assert_eq!(good(&world, &untouched).await, (true, true), "there was nothing to remove");
    })
    .await;
}

#[tokio::test]
async fn no_login_waits_for_a_code_on_a_password_that_was_changed_or_an_account_that_was_suspended() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let mailbox = world.mailbox(&account, "info").await;
        let waits = async |account: &Account, mailbox: &Mailbox| {
            let own = world.store.create_pending(pending_of(proven(account))).await.unwrap().is_some();
            let mail =
                world.store.create_pending(pending_of(proven_mailbox(account, mailbox))).await.unwrap();
            (own, mail.is_some())
        };
        assert_eq!(waits(&account, &mailbox).await, (true, true));
        assert!(world.new_password(Subject::Account(account.id), "new").await);
        assert_eq!(waits(&account, &mailbox).await, (false, true));
        assert!(world.new_password(Subject::Mailbox(mailbox.id), "new").await);
        assert_eq!(waits(&account, &mailbox).await, (false, false));
        let account = world.store.account_by_id(account.id).await.unwrap().unwrap();
        let mailbox = world.store.mailbox_by_id(mailbox.id).await.unwrap().unwrap();
        assert_eq!(waits(&account, &mailbox).await, (true, true));
        assert!(world.store.suspend_account(account.id, "a reason", false, Authority::Owner).await.unwrap());
        assert_eq!(waits(&account, &mailbox).await, (false, false));
        assert!(world.store.remove_account(account.id).await.unwrap());
        assert_eq!(waits(&account, &mailbox).await, (false, false));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_login_that_races_a_new_password_does_not_outlive_it() {
    on_each_database(async |world| {
        for round in 0..20 {
            let account = world.account(&format!("u{round}")).await;
            let (store, new) = (world.store.clone(), pending_of(proven(&account)));
            let waits = tokio::spawn(async move { store.create_pending(new).await.unwrap() });
            assert!(world.new_password(Subject::Account(account.id), "new").await);
            if let Some(cookie) = waits.await.unwrap() {
                let lookup = world.store.take_try(Service::Cpanel, cookie.expose_secret()).await.unwrap();
                assert!(matches!(lookup, PendingLookup::Gone), "round {round}");
            }
        }
    })
    .await;
}
