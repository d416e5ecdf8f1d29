//! The cap on wrong codes from all addresses together, and the addresses that it spares.

use std::net::IpAddr;
use std::time::Duration;

use portreeve_store::{Attempt, Guess, Permit, ReserveError, Store};
use portreeve_types::Service;

use crate::world::{World, on_each_database};

const DAY: Duration = Duration::from_secs(86_400);
/// Between two codes from unknown addresses.
const PACE: Duration = Duration::from_secs(30);

/// One of many addresses.
fn from(number: u8) -> IpAddr {
    [198, 51, 100, number].into()
}

fn attempt(login: &str, number: u8, guess: Guess) -> Attempt<'_> {
    Attempt { guess, login, address: from(number), service: Service::Cpanel }
}

/// The permit, or the seconds to wait, none for "busy".
async fn reserve(store: &Store, number: u8) -> Result<Permit, Option<u64>> {
    match store.reserve(attempt("cptest", number, Guess::Code)).await {
        Ok(permit) => Ok(permit),
        Err(ReserveError::Throttled { retry_after_seconds }) => Err(Some(retry_after_seconds)),
        Err(ReserveError::Busy) => Err(None),
        Err(error) => panic!("{error}"),
    }
}

/// Wrong codes, each from an address of its own, as fast as they are evaluated.
async fn fail_from(world: &World, numbers: impl Iterator<Item = u8>) {
    for number in numbers {
        world.pass(PACE);
        let store = &world.store;
        store.failed(reserve(store, number).await.unwrap()).await.unwrap();
    }
}

async fn succeed(store: &Store, number: u8) {
    store.succeeded(reserve(store, number).await.unwrap()).await.unwrap();
}

#[tokio::test]
async fn twenty_wrong_codes_in_a_row_close_the_factor_to_every_unknown_address() {
    on_each_database(async |world| {
        fail_from(&world, 0..20).await;
        assert_eq!(reserve(&world.store, 100).await.err(), Some(Some(900)));
        assert_eq!(reserve(&world.open_again().await, 100).await.err(), Some(Some(900)));
        world.pass(Duration::from_secs(900));
        fail_from(&world, 100..101).await;
        assert_eq!(reserve(&world.store, 101).await.err(), Some(Some(1800)));
        // a day later the count is still there
        world.pass(DAY);
        world.store.upkeep().await.unwrap();
        fail_from(&world, 101..102).await;
        assert_eq!(reserve(&world.open_again().await, 102).await.err(), Some(Some(3600)));
        // nobody else's codes, and no passwords
        let other = world.store.reserve(attempt("other", 102, Guess::Code)).await.unwrap();
        let password = world.store.reserve(attempt("cptest", 102, Guess::Password)).await.unwrap();
        world.store.refund(other);
        world.store.refund(password);
    })
    .await;
}

#[tokio::test]
async fn an_accepted_code_from_an_unknown_address_resets_the_cap_and_a_refunded_one_does_not() {
    on_each_database(async |world| {
        fail_from(&world, 0..19).await;
        world.pass(PACE);
        world.store.refund(reserve(&world.store, 50).await.unwrap());
        fail_from(&world, 20..21).await;
        assert_eq!(reserve(&world.store, 50).await.err(), Some(Some(900)));
        world.pass(Duration::from_secs(900));
        succeed(&world.store, 50).await;
        fail_from(&world, 100..120).await;
        assert!(reserve(&world.open_again().await, 120).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_known_address_keeps_a_lane_of_its_own_for_thirty_days() {
    on_each_database(async |world| {
        succeed(&world.store, 1).await;
        fail_from(&world, 100..120).await;
        assert!(reserve(&world.store, 2).await.is_err());
        succeed(&world.open_again().await, 1).await;
        assert!(reserve(&world.store, 2).await.is_err(), "the owner's success opens nothing to others");
        for _ in 0..5 {
            world.store.failed(reserve(&world.store, 1).await.unwrap()).await.unwrap();
        }
        assert_eq!(reserve(&world.store, 1).await.err(), Some(Some(2)), "its own failures count as ever");
        // others keep failing once a day, so that the cap stays
        for day in 0..29 {
            world.pass(DAY - PACE);
            fail_from(&world, 200 + day..201 + day).await;
        }
        world.store.upkeep().await.unwrap();
        world.store.refund(reserve(&world.open_again().await, 1).await.unwrap());
        // the first twenty took their time
        world.pass(DAY - 20 * PACE - Duration::from_secs(1));
        world.store.refund(reserve(&world.store, 1).await.unwrap());
        world.pass(Duration::from_secs(1) + 20 * PACE);
        fail_from(&world, 240..241).await;
        assert!(reserve(&world.store, 1).await.is_err(), "it is known no longer");
        world.store.upkeep().await.unwrap();
        assert!(reserve(&world.open_again().await, 1).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_right_code_from_a_known_address_writes_once_a_day() {
    on_each_database(async |world| {
        succeed(&world.store, 1).await;
        for _ in 0..2 {
            // reads what the note changed
            world.store.refund(reserve(&world.store, 1).await.unwrap());
            let before = world.store.queries();
            succeed(&world.store, 1).await;
            assert_eq!(world.store.queries(), before);
            world.pass(DAY);
            succeed(&world.store, 1).await;
            assert!(world.store.queries() > before);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_wrong_codes_from_many_addresses_at_once_five_are_evaluated() {
    on_each_database(async |world| {
        let mut running = Vec::new();
        for number in 0..64 {
            running.extend(reserve(&world.store, number).await);
        }
        assert_eq!(running.len(), 5);
        for permit in running {
            world.store.failed(permit).await.unwrap();
        }
        assert_eq!(reserve(&world.store, 64).await.err(), Some(Some(30)));
    })
    .await;
}

#[tokio::test]
async fn a_try_that_the_cap_refuses_is_not_held_against_its_address() {
    on_each_database(async |world| {
        fail_from(&world, 0..20).await;
        for _ in 0..10 {
            assert_eq!(reserve(&world.store, 100).await.err(), Some(Some(900)));
        }
        world.pass(Duration::from_secs(900));
        succeed(&world.store, 100).await;
    })
    .await;
}
