//! Another key for the records: what stays good, what ends, and what an interruption leaves.

use std::sync::Arc;

use portreeve_crypt::{AccessHash, ExposeSecret, Keyring, RecoveryCode, SystemEntropy, TotpSecret};
use portreeve_store::{
    NewToken, SessionLookup, Store, StoreError, TokenKind, TokenLimits, Writer, recorded_key_id, rotate_key,
};
use portreeve_types::{Clock, Service, Subject};

use crate::world::{World, in_somebodys_hands, node, on_each_database, run};

async fn open(world: &World, keyring: &Keyring) -> Result<Writer, StoreError> {
    let keyring = Arc::new(keyring.clone());
    let clock = world.clock.clone();
    let opened = Store::open(&world.location, keyring, clock, Arc::new(SystemEntropy), node("here"));
    opened.await.map(in_somebodys_hands)
}

#[tokio::test]
async fn tokens_hashes_and_second_factors_outlive_a_rotation_and_sessions_do_not() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let subject = Subject::Account(account.id);
        let secret = TotpSecret::generate(&SystemEntropy);
        let code = RecoveryCode::generate(&SystemEntropy);
        let codes = std::slice::from_ref(&code);
        assert!(world.store.set_two_factor_and_codes(subject, &secret, codes, None, None).await.unwrap());
        let hash = AccessHash::generate(&SystemEntropy);
        world.store.set_access_hash(account.id, &hash).await.unwrap();
        let new = NewToken {
            account: account.id,
            kind: TokenKind::Whm,
            name: "old".parse().unwrap(),
            limits: TokenLimits::default(),
            token: None,
        };
        let (token, _) = world.store.create_api_token(new, None).await.unwrap();
        let session = world.session(&account).await;
        world.store.close().await.unwrap();

        let rotated = world.keyring.rotated(&SystemEntropy);
        rotate_key(&world.location, &rotated, &SystemEntropy, &node("here"), world.clock.now())
            .await
            .unwrap();
        assert_eq!(recorded_key_id(&world.location).await.unwrap().as_deref(), Some(rotated.id()));
        assert!(matches!(open(&world, &world.keyring).await.err(), Some(StoreError::OtherKey { .. })));

        let store = open(&world, &rotated).await.unwrap();
        let kept = store.two_factor(subject).await.unwrap().unwrap();
        assert_eq!(kept.secret.bytes(), secret.bytes());
        assert_eq!(store.use_recovery_code(subject, kept.enrolment, &code).await.unwrap(), Some(0));
        assert_eq!(store.use_recovery_code(subject, kept.enrolment, &code).await.unwrap(), None);
        assert_eq!(
            store.api_token(TokenKind::Whm, &token).await.unwrap().good().unwrap().account,
            account.id
        );
        assert_eq!(store.access_hash(&hash).await.unwrap().map(|found| found.account), Some(account.id));
        let found = store.session(Service::Cpanel, session.cookie.expose_secret()).await.unwrap();
        assert!(!matches!(found, SessionLookup::Found(_)));
        // what is sealed with the new key needs the old one no more
        let alone = Keyring::from_text(rotated.to_text().expose_secret().lines().next().unwrap()).unwrap();
        store.close().await.unwrap();
        let store = open(&world, &alone).await.unwrap();
        assert!(store.two_factor(subject).await.unwrap().is_some());
        assert!(store.api_token(TokenKind::Whm, &token).await.unwrap().good().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_key_that_the_records_do_not_name_yet_is_not_used() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let rotated = world.keyring.rotated(&SystemEntropy);
        let store = open(&world, &rotated).await.unwrap();
        let subject = Subject::Account(account.id);
        store.set_two_factor(subject, &TotpSecret::generate(&SystemEntropy), None, None).await.unwrap();
        store.close().await.unwrap();
        assert!(world.open_again().await.two_factor(subject).await.unwrap().is_some());
        assert_eq!(recorded_key_id(&world.location).await.unwrap().as_deref(), Some(world.keyring.id()));
    })
    .await;
}

#[tokio::test]
async fn a_rotation_that_fails_halfway_leaves_the_records_as_they_were() {
    on_each_database(async |world| {
        let mut subjects = Vec::new();
        for user in ["one", "two", "three"] {
            let subject = Subject::Account(world.account(user).await.id);
            world
                .store
                .set_two_factor(subject, &TotpSecret::generate(&SystemEntropy), None, None)
                .await
                .unwrap();
            subjects.push(subject);
        }
        let account = world.account("four").await;
        let session = world.session(&account).await;
        world.store.close().await.unwrap();
        let last = subjects.iter().map(|subject| subject.number()).max().unwrap();
        let damage = format!("UPDATE two_factors SET secret = 'AAAA' WHERE subject_number = {last}");
        run(&world.location, damage).await;
        let rotated = world.keyring.rotated(&SystemEntropy);
        assert!(
            rotate_key(&world.location, &rotated, &SystemEntropy, &node("here"), world.clock.now())
                .await
                .is_err()
        );
        let store = world.open_again().await;
        for subject in subjects.into_iter().filter(|subject| subject.number() != last) {
            assert!(store.two_factor(subject).await.unwrap().is_some());
        }
        let found = store.session(Service::Cpanel, session.cookie.expose_secret()).await.unwrap();
        assert!(matches!(found, SessionLookup::Found(_)));
    })
    .await;
}

#[tokio::test]
async fn records_that_are_not_there_have_no_key_and_are_not_made() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("records.sqlite");
    let location = portreeve_store::Location::Sqlite(file.clone());
    assert_eq!(recorded_key_id(&location).await.unwrap(), None);
    assert!(!file.exists());
    let database = portreeve_testkit::Postgres::database().unwrap();
    let location = portreeve_store::Location::Postgres(database.url.clone());
    assert_eq!(recorded_key_id(&location).await.unwrap(), None);
}
