//! Recovery codes.

use std::sync::Arc;

use portreeve_crypt::{RecoveryCode, SystemEntropy, TotpSecret};
use portreeve_types::Subject;
use tokio::task::JoinSet;

use crate::world::{World, in_somebodys_hands, on_each_database, run};

fn codes() -> Vec<RecoveryCode> {
    (0..10).map(|_| RecoveryCode::generate(&SystemEntropy)).collect()
}

/// Sets up a factor with these codes and answers its enrolment.
async fn enrol(world: &World, subject: Subject, codes: &[RecoveryCode]) -> i64 {
    let found = world.enrolment(subject).await;
    let secret = TotpSecret::generate(&SystemEntropy);
    assert!(world.store.set_two_factor_and_codes(subject, &secret, codes, found, None).await.unwrap());
    world.enrolment(subject).await.unwrap()
}

#[tokio::test]
async fn each_code_is_good_once_for_its_owner_and_its_end_is_durable() {
    on_each_database(async |world| {
        let (mine, theirs) = (world.account("mine").await, world.account("theirs").await);
        let (mine, theirs) = (Subject::Account(mine.id), Subject::Account(theirs.id));
        let codes = codes();
        let enrolment = enrol(&world, mine, &codes).await;
        let other = enrol(&world, theirs, &[]).await;
        let give = async |subject, enrolment, code: &RecoveryCode| {
            world.store.use_recovery_code(subject, enrolment, code).await.unwrap()
        };
        assert_eq!(give(mine, enrolment, &RecoveryCode::generate(&SystemEntropy)).await, None);
        assert_eq!(give(theirs, other, &codes[0]).await, None);
        for (used, code) in codes.iter().enumerate() {
            assert_eq!(give(mine, enrolment, code).await, Some(9 - used));
            assert_eq!(give(mine, enrolment, code).await, None);
            let elsewhere = in_somebodys_hands(world.open_again().await);
            assert_eq!(elsewhere.use_recovery_code(mine, enrolment, code).await.unwrap(), None);
        }
        assert_eq!(world.store.recovery_codes_left(mine).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn codes_end_with_their_enrolment_and_with_newer_codes() {
    on_each_database(async |world| {
        let subject = Subject::Account(world.account("cptest").await.id);
        let (first, second, third) = (codes(), codes(), codes());
        let give =
            async |enrolment, code| world.store.use_recovery_code(subject, enrolment, code).await.unwrap();
        let old = enrol(&world, subject, &first).await;
        let new = enrol(&world, subject, &second).await;
        assert_eq!(give(old, &first[0]).await, None);
        assert_eq!(give(new, &first[0]).await, None);
        // whoever still holds the old enrolment gets nothing with the new codes either
        assert_eq!(give(old, &second[0]).await, None);
        assert!(!world.store.replace_recovery_codes(subject, old, &third, None).await.unwrap());
        assert_eq!(give(new, &second[0]).await, Some(9));
        assert!(world.store.replace_recovery_codes(subject, new, &third, None).await.unwrap());
        assert_eq!(give(new, &second[1]).await, None);
        assert_eq!(give(new, &third[0]).await, Some(9));
        assert!(world.store.remove_two_factor(subject, new, None).await.unwrap());
        assert_eq!(world.store.recovery_codes_left(subject).await.unwrap(), 0);
        assert_eq!(give(new, &third[1]).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_row_moved_to_somebody_else_in_the_database_is_worth_nothing() {
    on_each_database(async |world| {
        let (mine, theirs) = (world.account("mine").await, world.account("theirs").await);
        let codes = codes();
        enrol(&world, Subject::Account(mine.id), &codes).await;
        let other = enrol(&world, Subject::Account(theirs.id), &[]).await;
        run(&world.location, format!("UPDATE recovery_codes SET subject_number = {}", theirs.id.0)).await;
        let given = world.store.use_recovery_code(Subject::Account(theirs.id), other, &codes[0]).await;
        assert_eq!(given.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixty_four_who_bring_one_code_at_once_one_is_let_in() {
    on_each_database(async |world| {
        let subject = Subject::Account(world.account("cptest").await.id);
        let codes = codes();
        let enrolment = enrol(&world, subject, &codes).await;
        let (world, code) = (Arc::new(world), codes[0].clone());
        let mut tries = JoinSet::new();
        for _ in 0..64 {
            let (world, code) = (world.clone(), code.clone());
            tries.spawn(async move {
                world.store.use_recovery_code(subject, enrolment, &code).await.unwrap().is_some()
            });
        }
        let accepted = tries.join_all().await.into_iter().filter(|accepted| *accepted).count();
        assert_eq!(accepted, 1);
        assert_eq!(world.store.recovery_codes_left(subject).await.unwrap(), 9);
    })
    .await;
}
