//! Second factors.

use portreeve_crypt::{SystemEntropy, TotpSecret};
use portreeve_store::{ProvenLogin, StoreError};
use portreeve_types::Subject;

use crate::world::{on_each_database, proven, run, session_of};

#[tokio::test]
async fn a_second_factor_is_kept_replaced_and_removed_and_read_without_sql() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let subject = Subject::Account(account.id);
        assert!(world.store.two_factor(subject).await.unwrap().is_none());
        let before = world.store.queries();
        assert!(world.store.two_factor(subject).await.unwrap().is_none());
        assert_eq!(world.store.queries(), before, "the answer none is remembered too");

        for _ in 0..2 {
            let secret = TotpSecret::generate(&SystemEntropy);
            let earlier = world.enrolment(subject).await;
            assert!(world.store.set_two_factor(subject, &secret, earlier, None).await.unwrap());
            let found = world.store.two_factor(subject).await.unwrap().unwrap();
            assert_eq!(found.secret.bytes(), secret.bytes());
            let before = world.store.queries();
            world.store.two_factor(subject).await.unwrap();
            assert_eq!(world.store.queries(), before);
            let again = world.open_again().await.two_factor(subject).await.unwrap().unwrap();
            assert_eq!(again.secret.bytes(), secret.bytes());
        }
        assert!(
            world
                .store
                .two_factor(Subject::Mailbox(portreeve_types::MailboxId(account.id.0)))
                .await
                .unwrap()
                .is_none()
        );

        let found = world.enrolment(subject).await.unwrap();
        assert!(world.store.remove_two_factor(subject, found, None).await.unwrap());
        assert!(!world.store.remove_two_factor(subject, found, None).await.unwrap());
        assert!(world.store.two_factor(subject).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_secret_moved_to_somebody_else_in_the_database_does_not_open() {
    on_each_database(async |world| {
        let mine = world.account("mine").await;
        let theirs = world.account("theirs").await;
        let secret = TotpSecret::generate(&SystemEntropy);
        world.store.set_two_factor(Subject::Account(mine.id), &secret, None, None).await.unwrap();
        let moved = format!("UPDATE two_factors SET subject_number = {}", theirs.id.0);
        run(&world.location, moved).await;
        let refused = world.store.two_factor(Subject::Account(theirs.id)).await.err();
        assert!(matches!(refused, Some(StoreError::Sealed(_))));
    })
    .await;
}

#[tokio::test]
async fn what_was_found_must_still_be_there_when_it_is_changed_or_relied_on() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let subject = Subject::Account(account.id);
        let secret = || TotpSecret::generate(&SystemEntropy);
        let acting = world.session(&account).await.session;
        assert!(world.store.set_two_factor(subject, &secret(), None, None).await.unwrap());
        // of two enrolments that both found none, one wins; the session that acted for the other has ended too
        assert!(!world.store.set_two_factor(subject, &secret(), None, None).await.unwrap());
        let first = world.enrolment(subject).await;
        assert!(!world.store.set_two_factor(subject, &secret(), first, Some(&acting)).await.unwrap());
        // a login that found none opens nothing, and neither does one whose code was of an earlier secret
        let open = async |enrolment| {
            let new = session_of(ProvenLogin { enrolment, ..proven(&account) });
            world.store.create_session(new).await.unwrap().is_some()
        };
        assert!(!open(None).await);
        assert!(open(first).await);
        assert!(world.store.set_two_factor(subject, &secret(), first, None).await.unwrap());
        assert!(!open(first).await);
        assert!(!world.store.remove_two_factor(subject, first.unwrap(), None).await.unwrap());
    })
    .await;
}
