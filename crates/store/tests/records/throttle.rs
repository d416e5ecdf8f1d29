//! Throttling.

use std::time::Duration;

use portreeve_store::{Guess, Permit, ReserveError, Store};
use portreeve_types::AddressPrefix;

use crate::world::on_each_database;

fn here() -> AddressPrefix {
    AddressPrefix::of("192.0.2.1".parse().unwrap())
}

/// The permit, or the seconds to wait.
async fn reserve(store: &Store, login: &str) -> Result<Permit, u64> {
    match store.reserve(login, here(), Guess::Password).await {
        Ok(permit) => Ok(permit),
        Err(ReserveError::Throttled { retry_after_seconds }) => Err(retry_after_seconds),
        Err(ReserveError::Store(error)) => panic!("{error}"),
    }
}

async fn fail(store: &Store, login: &str, times: usize) {
    for _ in 0..times {
        store.failed(reserve(store, login).await.unwrap()).await.unwrap();
    }
}

#[tokio::test]
async fn the_sixth_try_has_to_wait_in_another_process_too_and_an_unknown_name_like_any_other() {
    on_each_database(async |world| {
        for login in ["cptest", "nobody@nowhere.example"] {
            fail(&world.store, login, 5).await;
            assert_eq!(reserve(&world.store, login).await.err(), Some(2));
            let again = world.open_again().await;
            assert_eq!(reserve(&again, login).await.err(), Some(2));
        }
        world.pass(Duration::from_secs(2));
        fail(&world.store, "cptest", 1).await;
        assert_eq!(reserve(&world.store, "cptest").await.err(), Some(4));
    })
    .await;
}

#[tokio::test]
async fn names_addresses_and_kinds_of_guess_are_counted_apart() {
    on_each_database(async |world| {
        fail(&world.store, "cptest", 5).await;
        let elsewhere = AddressPrefix::of("198.51.100.9".parse().unwrap());
        for (login, address, guess) in [
            ("other", here(), Guess::Password),
            ("cptest", elsewhere, Guess::Password),
            ("cptest", here(), Guess::Code),
        ] {
            let permit = world.store.reserve(login, address, guess).await.unwrap();
            world.store.refund(permit);
        }
        assert!(reserve(&world.store, "cptest").await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_success_clears_the_failures_and_writes_nothing_when_there_were_none() {
    on_each_database(async |world| {
        fail(&world.store, "cptest", 5).await;
        world.pass(Duration::from_secs(2));
        world.store.succeeded(reserve(&world.store, "cptest").await.unwrap()).await.unwrap();
        fail(&world.open_again().await, "cptest", 5).await;

        world.store.succeeded(reserve(&world.store, "clean").await.unwrap()).await.unwrap();
        let before = world.store.queries();
        world.store.succeeded(reserve(&world.store, "clean").await.unwrap()).await.unwrap();
        assert_eq!(world.store.queries(), before);
    })
    .await;
}

#[tokio::test]
async fn tries_at_once_are_counted_before_they_are_evaluated() {
    on_each_database(async |world| {
        let mut running = Vec::new();
        for _ in 0..5 {
            running.push(reserve(&world.store, "cptest").await.unwrap());
        }
        let sixth = tokio::spawn({
            let store = world.store.clone();
            async move { reserve(&store, "cptest").await.map(|permit| store.refund(permit)) }
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(!sixth.is_finished(), "it waits for a slot");
        world.store.refund(running.pop().unwrap());
        assert_eq!(sixth.await.unwrap(), Ok(()));

        for permit in running {
            world.store.failed(permit).await.unwrap();
        }
        fail(&world.store, "cptest", 1).await;
        assert_eq!(reserve(&world.store, "cptest").await.err(), Some(2));
    })
    .await;
}

#[tokio::test]
async fn a_permit_that_is_dropped_counts_as_a_failure() {
    on_each_database(async |world| {
        for _ in 0..5 {
            drop(reserve(&world.store, "cptest").await.unwrap());
        }
        assert_eq!(reserve(&world.store, "cptest").await.err(), Some(2));
    })
    .await;
}

#[tokio::test]
async fn failures_are_forgotten_after_a_day_and_their_rows_swept() {
    on_each_database(async |world| {
        fail(&world.store, "cptest", 5).await;
        world.pass(Duration::from_secs(86_400));
        fail(&world.store, "cptest", 5).await;
        assert_eq!(reserve(&world.store, "cptest").await.err(), Some(2));
        world.pass(Duration::from_secs(86_400));
        world.store.upkeep().await.unwrap();
        fail(&world.open_again().await, "cptest", 5).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_guesses_at_once_only_five_are_evaluated() {
    on_each_database(async |world| {
        let guesses: Vec<_> = (0..64)
            .map(|_| {
                let store = world.store.clone();
                tokio::spawn(async move {
                    match reserve(&store, "cptest").await {
                        Ok(permit) => store.failed(permit).await.map(|()| true).unwrap(),
                        Err(_) => false,
                    }
                })
            })
            .collect();
        let mut evaluated = 0;
        for guess in guesses {
            evaluated += usize::from(guess.await.unwrap());
        }
        assert_eq!(evaluated, 5);
    })
    .await;
}
