//! Throttling.

use std::net::IpAddr;
use std::time::Duration;

use portreeve_store::{Attempt, Guess, Permit, ReserveError, Store, Writer};
use portreeve_types::Service;

use crate::world::{in_somebodys_hands, on_each_database};

fn here() -> IpAddr {
    "192.0.2.1".parse().unwrap()
}

fn attempt(login: &str, address: IpAddr, guess: Guess) -> Attempt<'_> {
    Attempt { guess, login, address, service: Service::Cpanel }
}

/// The permit, or the seconds to wait, none for "busy".
async fn reserve(store: &Store, login: &str) -> Result<Permit, Option<u64>> {
    match store.reserve(attempt(login, here(), Guess::Password)).await {
        Ok(permit) => Ok(permit),
        Err(ReserveError::Throttled { retry_after_seconds }) => Err(Some(retry_after_seconds)),
        Err(ReserveError::Busy) => Err(None),
        Err(error) => panic!("{error}"),
    }
}

async fn fail(store: &Writer, login: &str, times: usize) {
    for _ in 0..times {
        store.failed(reserve(store, login).await.unwrap()).await.unwrap();
    }
}

#[tokio::test]
async fn the_sixth_try_has_to_wait_in_another_process_too_and_an_unknown_name_like_any_other() {
    on_each_database(async |world| {
        for login in ["cptest", "nobody@nowhere.example"] {
            fail(&world.store, login, 5).await;
            assert_eq!(reserve(&world.store, login).await.err(), Some(Some(2)));
            let again = world.open_again().await;
            assert_eq!(reserve(&again, login).await.err(), Some(Some(2)));
        }
        world.pass(Duration::from_secs(2));
        fail(&world.store, "cptest", 1).await;
        assert_eq!(reserve(&world.store, "cptest").await.err(), Some(Some(4)));
    })
    .await;
}

#[tokio::test]
async fn names_addresses_and_kinds_of_guess_are_counted_apart() {
    on_each_database(async |world| {
        fail(&world.store, "cptest", 5).await;
        let elsewhere = "198.51.100.9".parse().unwrap();
        for (login, address, guess) in [
            ("other", here(), Guess::Password),
            ("cptest", elsewhere, Guess::Password),
            ("cptest", here(), Guess::Code),
        ] {
            let permit = world.store.reserve(attempt(login, address, guess)).await.unwrap();
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
        fail(&in_somebodys_hands(world.open_again().await), "cptest", 5).await;

        world.store.succeeded(reserve(&world.store, "clean").await.unwrap()).await.unwrap();
        let before = world.store.queries();
        world.store.succeeded(reserve(&world.store, "clean").await.unwrap()).await.unwrap();
        assert_eq!(world.store.queries(), before);
    })
    .await;
}

#[tokio::test]
async fn without_failures_many_tries_run_at_once_and_one_too_many_is_no_failure() {
    on_each_database(async |world| {
        let mut running = Vec::new();
        for _ in 0..32 {
            running.push(reserve(&world.store, "cptest").await.unwrap());
        }
        assert_eq!(reserve(&world.store, "cptest").await.err(), Some(None));
        world.store.succeeded(running.pop().unwrap()).await.unwrap();
        // it was a login
        world.store.note_login("cptest", here()).await.unwrap();
        world.store.refund(reserve(&world.store, "cptest").await.unwrap());
        let before = world.store.queries();
        for _ in 31..431 {
            running.push(reserve(&world.store, "cptest").await.unwrap());
        }
        for permit in running {
            world.store.succeeded(permit).await.unwrap();
        }
        assert_eq!(world.store.queries(), before, "400 right passwords at once are granted from memory");
    })
    .await;
}

#[tokio::test]
async fn after_a_failure_tries_at_once_count_against_the_free_ones_and_nobody_is_held() {
    on_each_database(async |world| {
        fail(&world.store, "cptest", 1).await;
        let mut running = Vec::new();
        for _ in 0..4 {
            running.push(reserve(&world.store, "cptest").await.unwrap());
        }
        let refused = tokio::time::timeout(Duration::from_secs(1), reserve(&world.store, "cptest")).await;
        assert_eq!(refused.expect("answered at once").err(), Some(Some(2)));
        world.store.refund(running.pop().unwrap());
        running.push(reserve(&world.store, "cptest").await.unwrap());
        for permit in running {
            world.store.failed(permit).await.unwrap();
        }
        assert_eq!(reserve(&world.store, "cptest").await.err(), Some(Some(2)));
    })
    .await;
}

#[tokio::test]
async fn a_permit_that_is_dropped_counts_as_a_failure() {
    on_each_database(async |world| {
        for _ in 0..5 {
            drop(reserve(&world.store, "cptest").await.unwrap());
        }
        assert_eq!(reserve(&world.store, "cptest").await.err(), Some(Some(2)));
    })
    .await;
}

#[tokio::test]
async fn failures_are_forgotten_after_a_day_and_their_rows_swept() {
    on_each_database(async |world| {
        fail(&world.store, "cptest", 5).await;
        world.pass(Duration::from_secs(86_400));
        fail(&world.store, "cptest", 5).await;
        assert_eq!(reserve(&world.store, "cptest").await.err(), Some(Some(2)));
        world.pass(Duration::from_secs(86_400));
        world.store.upkeep().await.unwrap();
        fail(&in_somebodys_hands(world.open_again().await), "cptest", 5).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_wrong_guesses_at_once_at_most_32_are_evaluated() {
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
        assert!((5..=32).contains(&evaluated), "{evaluated}");
    })
    .await;
}

#[tokio::test]
async fn a_node_evaluates_two_hundred_tries_a_second_and_keeps_some_for_known_addresses() {
    on_each_database(async |world| {
        let known: IpAddr = "198.51.100.9".parse().unwrap();
        world.store.note_login("cptest", known).await.unwrap();
        // whether there is time; nobody is held back by having asked
        let evaluated = async |address: IpAddr| {
            let mut permit = world.store.reserve(attempt("cptest", address, Guess::Password)).await.unwrap();
            let evaluated = world.store.evaluate(&mut permit);
            world.store.refund(permit);
            assert!(matches!(evaluated, Ok(()) | Err(ReserveError::Busy)));
            evaluated.is_ok()
        };
        for _ in 0..150 {
            assert!(evaluated(here()).await);
        }
        assert!(!evaluated(here()).await);
        for _ in 0..50 {
            assert!(evaluated(known).await);
        }
        assert!(!evaluated(known).await);
        world.pass(Duration::from_secs(1));
        assert!(evaluated(here()).await);
    })
    .await;
}
