//! The rules about addresses, whoever is guessed at.

use std::time::Duration;

use portreeve_store::Guess::{Code, Password};
use portreeve_store::HeldBackBy;

use crate::guesses::{fail, reserve, succeed, wait};
use crate::world::{World, on_each_database};

const HERE: [u8; 4] = [192, 0, 2, 1];
const NEIGHBOUR: [u8; 4] = [192, 0, 2, 200];
const ELSEWHERE: [u8; 4] = [198, 51, 100, 1];

/// Wrong passwords of many names, so that no name's own rule is met.
async fn spray(world: &World, address: [u8; 4], numbers: std::ops::Range<u32>) {
    for number in numbers {
        fail(&world.store, Password, &format!("name{number}"), address).await;
    }
}

#[tokio::test]
async fn twenty_failures_of_an_address_in_a_quarter_of_an_hour_are_free_whatever_and_whoever_is_guessed() {
    on_each_database(async |world| {
        spray(&world, HERE, 0..19).await;
        world.pass(Duration::from_secs(899));
        assert_eq!(wait(&world.store, Password, "other", HERE).await, None);
        fail(&world.store, Code, "cptest", HERE).await;
        assert_eq!(wait(&world.store, Password, "other", HERE).await, Some(2));
        assert_eq!(wait(&world.store, Code, "other", HERE).await, Some(2));
        assert_eq!(wait(&world.open_again().await, Password, "other", HERE).await, Some(2));
        assert_eq!(wait(&world.store, Password, "other", NEIGHBOUR).await, None);
        // used up, they are remembered for a day
        world.pass(Duration::from_secs(86_399));
        fail(&world.store, Password, "other", HERE).await;
        assert_eq!(wait(&world.open_again().await, Password, "another", HERE).await, Some(4));
    })
    .await;
}

#[tokio::test]
async fn fewer_failures_are_forgotten_a_quarter_of_an_hour_after_the_first() {
    on_each_database(async |world| {
        spray(&world, HERE, 0..19).await;
        world.pass(Duration::from_secs(900));
        world.store.upkeep().await.unwrap();
        spray(&world, HERE, 100..119).await;
        assert_eq!(wait(&world.store, Password, "other", HERE).await, None);
        assert_eq!(wait(&world.open_again().await, Password, "other", HERE).await, None);
    })
    .await;
}

#[tokio::test]
async fn thirty_failures_block_an_address_for_an_hour_and_the_next_for_two() {
    on_each_database(async |world| {
        spray(&world, HERE, 0..20).await;
        for number in 20..30 {
            let due = wait(&world.store, Password, "other", HERE).await.unwrap();
            world.pass(Duration::from_secs(due));
            spray(&world, HERE, number..number + 1).await;
        }
        assert_eq!(wait(&world.store, Password, "other", HERE).await, Some(3600));
        let blocked = world.store.held_back(HeldBackBy::Block).await.unwrap();
        assert_eq!(blocked.len(), 1);
        assert_eq!((blocked[0].address.as_str(), blocked[0].failures), ("192.0.2.1", 30));
        world.pass(Duration::from_secs(3600));
        spray(&world, HERE, 30..31).await;
        assert_eq!(wait(&world.open_again().await, Password, "other", HERE).await, Some(7200));
    })
    .await;
}

#[tokio::test]
async fn a_success_from_an_address_does_not_clear_what_it_guessed_at_others() {
    on_each_database(async |world| {
        spray(&world, HERE, 0..19).await;
        succeed(&world.store, Password, "own", HERE).await;
        spray(&world, HERE, 19..20).await;
        assert_eq!(wait(&world.store, Password, "other", HERE).await, Some(2));
    })
    .await;
}

#[tokio::test]
async fn ten_times_as_many_failures_are_free_in_a_neighbourhood_of_either_kind_of_address() {
    on_each_database(async |world| {
        for number in 0..200_u16 {
            let name = format!("name{number}");
            fail(&world.store, Password, &name, [192, 0, 2, number.to_be_bytes()[1]]).await;
            // each from another /56 of one /48
            fail(&world.store, Password, &name, [0x2001, 0xdb8, 1, number << 8, 0, 0, 0, 1]).await;
        }
        assert_eq!(wait(&world.store, Password, "other", [192, 0, 2, 250]).await, Some(2));
        assert_eq!(wait(&world.store, Password, "other", [192, 0, 3, 250]).await, None);
        let other = [0x2001, 0xdb8, 1, 0xff00, 0, 0, 0, 9];
        assert_eq!(wait(&world.open_again().await, Password, "other", other).await, Some(2));
        assert_eq!(wait(&world.store, Password, "other", [0x2001, 0xdb8, 2, 0, 0, 0, 0, 9]).await, None);
        let held: Vec<_> = world.store.held_back(HeldBackBy::Address).await.unwrap();
        let mut places: Vec<_> = held.iter().map(|held| held.address.as_str()).collect();
        places.sort_unstable();
        assert_eq!(places, ["192.0.2.0/24", "2001:db8:1::/48"]);
    })
    .await;
}

#[tokio::test]
async fn who_logged_in_from_an_address_is_not_held_back_by_others_there() {
    on_each_database(async |world| {
        world.store.note_login("owner", HERE.into()).await.unwrap();
        spray(&world, HERE, 0..20).await;
        assert_eq!(wait(&world.store, Password, "stranger", HERE).await, Some(2));
        assert_eq!(wait(&world.open_again().await, Password, "owner", HERE).await, None);
        // nor does an owner's old mail program hold others back
        for _ in 0..5 {
            fail(&world.store, Password, "owner", HERE).await;
        }
        assert_eq!(wait(&world.store, Password, "owner", HERE).await, Some(2), "the own lane has an end");
    })
    .await;
}

#[tokio::test]
async fn a_try_that_one_counter_refuses_has_no_place_in_the_others() {
    on_each_database(async |world| {
        spray(&world, HERE, 0..20).await;
        for _ in 0..40 {
            assert_eq!(wait(&world.store, Password, "other", HERE).await, Some(2));
        }
        // neither of the name here nor of the name anywhere is anything under way
        let mut running = Vec::new();
        for _ in 0..32 {
            running.push(reserve(&world.store, Password, "other", ELSEWHERE).await.unwrap());
        }
        assert_eq!(reserve(&world.store, Password, "other", ELSEWHERE).await.err(), Some(None));
        running.into_iter().for_each(|permit| world.store.refund(permit));
    })
    .await;
}

#[tokio::test]
async fn a_try_whose_counters_never_failed_asks_the_records_nothing() {
    on_each_database(async |world| {
        spray(&world, HERE, 0..20).await;
        let store = world.open_again().await;
        succeed(&store, Password, "first", ELSEWHERE).await;
        let before = store.queries();
        for number in 0..100 {
            succeed(&store, Password, &format!("clean{number}"), [198, 51, number, 1]).await;
        }
        assert_eq!(store.queries(), before);
        assert_eq!(wait(&store, Password, "other", HERE).await, Some(2), "what failed is found");
    })
    .await;
}
