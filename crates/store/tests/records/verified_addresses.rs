//! Verified addresses, security questions and the change of one's own password.

use std::time::Duration;

use portreeve_crypt::{ExposeSecret, SystemEntropy, TotpSecret};
use portreeve_store::{Acting, ChangedBy, SecurityQuestions, SessionLookup, Staying};
use portreeve_types::{Service, Subject};

use crate::world::{hash, on_each_database};

#[tokio::test]
async fn an_address_is_verified_for_one_user_and_is_read_without_sql() {
    on_each_database(async |world| {
        let (store, account) = (&world.store, world.account("plain").await);
        let (plain, other) =
            (Subject::Account(account.id), Subject::Account(world.account("other").await.id));
        let address = "192.0.2.7".parse().unwrap();
        assert!(!store.is_verified(plain, address).await.unwrap());
        for _ in 0..2 {
            let acting = world.acting(plain).await;
            assert!(store.verify_address(acting, "192.0.2.*".parse().unwrap()).await.unwrap());
        }
        assert!(store.is_verified(plain, address).await.unwrap());
        assert!(!store.is_verified(other, address).await.unwrap());
        let before = store.queries();
        assert!(store.is_verified(plain, address).await.unwrap());
        assert_eq!(store.queries(), before);
        assert!(world.open_again().await.is_verified(plain, address).await.unwrap());
        assert!(store.remove_account(account.id).await.unwrap());
        assert!(!store.is_verified(plain, address).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn questions_are_chosen_once_and_go_with_their_account() {
    on_each_database(async |world| {
        let (store, account) = (&world.store, world.account("plain").await);
        let subject = Subject::Account(account.id);
        let acting = world.acting(subject).await;
        assert!(store.security_questions(subject).await.unwrap().is_none());
        let chosen = SecurityQuestions { questions: vec![7, 0, 3, 5], answers: hash("first") };
        assert!(store.choose_questions(acting, &chosen, "192.0.2.7".parse().unwrap()).await.unwrap());
        let later = SecurityQuestions { questions: vec![1, 2, 3, 4], answers: hash("second") };
        assert!(!store.choose_questions(acting, &later, "192.0.2.8".parse().unwrap()).await.unwrap());
        let found = store.security_questions(subject).await.unwrap().unwrap();
        assert_eq!(found.questions, [7, 0, 3, 5]);
        assert_eq!(found.answers.as_record(), hash("first").as_record());
        assert!(store.is_verified(subject, "192.0.2.7".parse().unwrap()).await.unwrap());
        assert!(!store.is_verified(subject, "192.0.2.8".parse().unwrap()).await.unwrap());
        store.remove_account(account.id).await.unwrap();
        assert!(store.security_questions(subject).await.unwrap().is_none());
        assert!(!store.is_verified(subject, "192.0.2.7".parse().unwrap()).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_password_from_somebody_else_takes_the_questions_along_and_ones_own_does_not() {
    on_each_database(async |world| {
        let (store, account) = (&world.store, world.account("plain").await);
        let mailbox = world.mailbox(&account, "info").await;
        let address = "192.0.2.7".parse().unwrap();
        for subject in [Subject::Account(account.id), Subject::Mailbox(mailbox.id)] {
            let acting = world.acting(subject).await;
            let chosen = SecurityQuestions { questions: vec![7, 0, 3, 5], answers: hash("answers") };
            assert!(store.choose_questions(acting, &chosen, address).await.unwrap());
            let own = ChangedBy::Owner { acting, staying: None };
            assert!(store.set_password(subject, &hash("own"), own).await.unwrap());
            assert!(store.security_questions(subject).await.unwrap().is_some());
            assert!(store.is_verified(subject, "192.0.2.7".parse().unwrap()).await.unwrap());
            assert!(store.set_password(subject, &hash("given"), ChangedBy::Another).await.unwrap());
            assert!(store.security_questions(subject).await.unwrap().is_none());
            assert!(!store.is_verified(subject, "192.0.2.7".parse().unwrap()).await.unwrap());
            assert!(store.choose_questions(acting, &chosen, address).await.unwrap());
        }
    })
    .await;
}

#[tokio::test]
async fn a_changed_password_keeps_the_acting_session_with_its_new_strength_and_ends_the_others() {
    on_each_database(async |world| {
        let (store, account) = (&world.store, world.account("plain").await);
        let (acting, other) = (world.session(&account).await, world.session(&account).await);
        world.pass(Duration::from_secs(60));
        let (old, new) = (account.password.clone(), hash("new"));
        let subject = Subject::Account(account.id);
        let staying = Staying { session: &acting.session, strength: 80 };
        let plain = world.acting(subject).await;
        let by = |old| {
            let acting = Acting { password: Some(old), session: Some(&acting.session), ..plain };
            ChangedBy::Owner { acting, staying: Some(staying) }
        };
        assert!(!store.set_password(subject, &new, by(&new)).await.unwrap(), "not on another old one");
        assert!(store.set_password(subject, &new, by(&old)).await.unwrap());
        let changed = store.account_by_id(account.id).await.unwrap().unwrap();
        assert_eq!(changed.password.as_record(), new.as_record());
        assert_eq!(changed.password_changed.since(account.password_changed), Duration::from_secs(60));
        let found = store.session(Service::Cpanel, acting.cookie.expose_secret()).await.unwrap();
        let SessionLookup::Found(session) = found else { panic!("the acting session ended") };
        assert_eq!((session.password_strength, acting.session.password_strength), (Some(80), Some(65)));
        let ended = store.session(Service::Cpanel, other.cookie.expose_secret()).await.unwrap();
        assert!(matches!(ended, SessionLookup::Unknown));
    })
    .await;
}

#[tokio::test]
async fn every_way_to_set_a_password_notes_when_and_a_renewed_hash_does_not() {
    on_each_database(async |world| {
        let (store, account) = (&world.store, world.account("plain").await);
        let mailbox = world.mailbox(&account, "info").await;
        assert_eq!(account.password_changed.seconds(), account.created.seconds());
        assert_eq!(mailbox.password_changed.seconds(), mailbox.created.seconds());
        world.pass(Duration::from_secs(60));
        store.renew_account_hash(account.id, &account.password, &hash("renewed")).await.unwrap();
        store.renew_mailbox_hash(mailbox.id, &mailbox.password, &hash("renewed")).await.unwrap();
        let account_age = async || {
            let now = store.account_by_id(account.id).await.unwrap().unwrap();
            now.password_changed.since(account.created).as_secs()
        };
        let mailbox_age = async || {
            let now = store.mailbox_by_id(mailbox.id).await.unwrap().unwrap();
            now.password_changed.since(mailbox.created).as_secs()
        };
        assert_eq!((account_age().await, mailbox_age().await), (0, 0));
        store.set_password(Subject::Account(account.id), &hash("new"), ChangedBy::Another).await.unwrap();
        store.set_password(Subject::Mailbox(mailbox.id), &hash("new"), ChangedBy::Another).await.unwrap();
        assert_eq!((account_age().await, mailbox_age().await), (60, 60));
        world.pass(Duration::from_secs(60));
        let (old, new) = (hash("new"), hash("newer"));
        let subject = Subject::Mailbox(mailbox.id);
        let acting = Acting { password: Some(&old), ..world.acting(subject).await };
        let by = ChangedBy::Owner { acting, staying: None };
        assert!(store.set_password(subject, &new, by).await.unwrap());
        assert_eq!(mailbox_age().await, 120);
    })
    .await;
}

#[tokio::test]
async fn whoever_was_let_in_before_a_reset_changes_nothing_after_it() {
    on_each_database(async |world| {
        let (store, account) = (&world.store, world.account("plain").await);
        let mailbox = world.mailbox(&account, "info").await;
        let session = world.session(&account).await.session;
        let (own, mail) = (Subject::Account(account.id), Subject::Mailbox(mailbox.id));
        let late = [
            // by the session, or by the password alone
            Acting { session: Some(&session), ..world.acting(own).await },
            Acting { password: Some(&account.password), ..world.acting(own).await },
            Acting { password: Some(&mailbox.password), ..world.acting(mail).await },
        ];
        for subject in [own, mail] {
            assert!(store.set_password(subject, &hash("reset"), ChangedBy::Another).await.unwrap());
        }
        let address = "192.0.2.7".parse().unwrap();
        let chosen = SecurityQuestions { questions: vec![7, 0, 3, 5], answers: hash("answers") };
        for acting in late {
            let subject = acting.subject;
            let by = ChangedBy::Owner { acting, staying: None };
            assert!(!store.set_password(subject, &hash("late"), by).await.unwrap());
            assert!(!store.choose_questions(acting, &chosen, address).await.unwrap());
            assert!(!store.verify_address(acting, address).await.unwrap());
            let factors = [(subject, TotpSecret::generate(&SystemEntropy))];
            assert!(!store.import_two_factors(&factors, acting).await.unwrap());
            assert!(store.security_questions(subject).await.unwrap().is_none());
            assert!(store.verified_addresses(subject).await.unwrap().is_empty());
            assert!(store.two_factor(subject).await.unwrap().is_none());
        }
        let opened = world.open_again().await;
        let passwords = [
            opened.account_by_id(account.id).await.unwrap().unwrap().password.clone(),
            opened.mailbox_by_id(mailbox.id).await.unwrap().unwrap().password.clone(),
        ];
        assert!(passwords.iter().all(|now| now.as_record() == hash("reset").as_record()));
    })
    .await;
}
