//! The rules about a login name over all addresses, and the owner's own lane.

use std::time::Duration;

use portreeve_crypt::{SystemEntropy, TotpSecret};
use portreeve_store::Guess::{Code, Password, RecoveryCode};
use portreeve_store::HeldBackBy;
use portreeve_types::Subject;

use crate::guesses::{fail, reserve, succeed, wait};
use crate::world::{World, in_somebodys_hands, on_each_database};

const HOME: [u8; 4] = [192, 0, 2, 1];
const HOUR: Duration = Duration::from_secs(3600);

/// An address that nobody else has.
fn from(number: u16) -> [u8; 4] {
    let [high, low] = number.to_be_bytes();
    [10, high, low, 1]
}

/// Wrong passwords of one name, each from an address of its own, as fast as they are evaluated.
async fn fail_passwords(world: &World, numbers: std::ops::Range<u16>) {
    for number in numbers {
        if let Some(due) = wait(&world.store, Password, "cptest", from(number)).await {
            world.pass(Duration::from_secs(due));
        }
        fail(&world.store, Password, "cptest", from(number)).await;
    }
}

/// The same with codes.
async fn fail_codes(world: &World, numbers: std::ops::Range<u16>) {
    for number in numbers {
        if let Some(due) = wait(&world.store, Code, "cptest", from(number)).await {
            world.pass(Duration::from_secs(due));
        }
        fail(&world.store, Code, "cptest", from(number)).await;
    }
}

/// The owner logs in, with all that is asked of a login.
async fn log_in(world: &World, address: [u8; 4]) {
    succeed(&world.store, Password, "cptest", address).await;
    world.store.note_login("cptest", address.into()).await.unwrap();
}

#[tokio::test]
async fn after_fifty_wrong_passwords_in_an_hour_unknown_addresses_have_one_try_a_second() {
    on_each_database(async |world| {
        fail_passwords(&world, 0..50).await;
        assert_eq!(wait(&world.store, Password, "cptest", from(900)).await, Some(1));
        assert_eq!(wait(&world.open_again().await, Password, "cptest", from(900)).await, Some(1));
        assert_eq!(wait(&world.store, Password, "other", from(900)).await, None);
        world.pass(Duration::from_secs(1));
        let only = reserve(&world.store, Password, "cptest", from(900)).await.unwrap();
        assert_eq!(wait(&world.store, Password, "cptest", from(901)).await, Some(1));
        world.store.refund(only);
        world.pass(HOUR);
        assert_eq!(wait(&world.store, Password, "cptest", from(900)).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_hundred_wrong_passwords_in_a_row_close_the_name_to_unknown_addresses_and_no_time_opens_it() {
    on_each_database(async |world| {
        world.store.note_login("cptest", HOME.into()).await.unwrap();
        fail_passwords(&world, 0..100).await;
        assert_eq!(wait(&world.store, Password, "cptest", from(900)).await, Some(86_400));
        assert_eq!(wait(&world.store, Password, "cptest", HOME).await, None);
        world.pass(HOUR * 24 * 29);
        world.store.upkeep().await.unwrap();
        assert_eq!(wait(&world.open_again().await, Password, "cptest", from(900)).await, Some(86_400));
    })
    .await;
}

#[tokio::test]
async fn a_login_from_a_known_address_opens_the_name_again_an_hour_after_the_latest_failure() {
    on_each_database(async |world| {
        world.store.note_login("cptest", HOME.into()).await.unwrap();
        fail_passwords(&world, 0..100).await;
        world.pass(HOUR - Duration::from_secs(1));
        log_in(&world, HOME).await;
        assert_eq!(wait(&world.store, Password, "cptest", from(900)).await, Some(86_400));
        world.pass(Duration::from_secs(1));
        // without its code, as an old program sends it
        succeed(&world.store, Password, "cptest", HOME).await;
        assert_eq!(wait(&world.store, Password, "cptest", from(900)).await, Some(86_400));
        log_in(&world, HOME).await;
        assert_eq!(wait(&world.store, Password, "cptest", from(900)).await, None);
        assert_eq!(wait(&world.open_again().await, Password, "cptest", from(900)).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_failure_on_another_node_amid_a_login_is_not_forgotten() {
    on_each_database(async |world| {
        fail_passwords(&world, 0..99).await;
        world.pass(HOUR);
        let right = reserve(&world.store, Password, "cptest", HOME).await.unwrap();
        // of which this node hears nothing (SQLite), or not yet (PostgreSQL)
        let other = in_somebodys_hands(world.open_again().await);
        fail(&other, Password, "cptest", from(901)).await;
        world.store.succeeded(right).await.unwrap();
        world.store.note_login("cptest", HOME.into()).await.unwrap();
        assert_eq!(wait(&world.open_again().await, Password, "cptest", from(900)).await, Some(86_400));
    })
    .await;
}

#[tokio::test]
async fn a_new_password_opens_the_name_again() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        fail_passwords(&world, 0..100).await;
        assert_eq!(world.store.held_back(HeldBackBy::Login).await.unwrap()[0].login, "cptest");
        assert!(world.new_password(Subject::Account(account.id), "new").await);
        assert_eq!(wait(&world.store, Password, "cptest", from(900)).await, None);
        assert_eq!(wait(&world.open_again().await, Password, "cptest", from(900)).await, None);
        assert!(world.store.held_back(HeldBackBy::Login).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn neither_a_right_password_alone_nor_a_login_within_the_hour_clears_what_was_counted_from_everywhere()
{
    on_each_database(async |world| {
        fail_passwords(&world, 0..99).await;
        world.pass(Duration::from_secs(1));
        succeed(&world.store, Password, "cptest", from(900)).await;
        log_in(&world, from(900)).await;
        // one is left, and the name is closed
        fail_passwords(&world, 100..101).await;
        assert_eq!(wait(&world.open_again().await, Password, "cptest", from(901)).await, Some(86_400));
    })
    .await;
}

#[tokio::test]
async fn a_login_from_an_unknown_address_clears_it_after_an_hours_rest() {
    on_each_database(async |world| {
        fail_passwords(&world, 0..99).await;
        world.pass(HOUR);
        succeed(&world.store, Password, "cptest", from(900)).await;
        fail_passwords(&world, 100..101).await;
        assert_eq!(wait(&world.store, Password, "cptest", from(901)).await, Some(86_400), "no login");

        world.pass(HOUR);
        world.store.note_login("other", from(902).into()).await.unwrap();
        let account = world.account("cptest").await;
        assert!(world.new_password(Subject::Account(account.id), "new").await);
        fail_passwords(&world, 200..299).await;
        world.pass(HOUR);
        log_in(&world, from(900)).await;
        fail_passwords(&world, 300..350).await;
        assert_eq!(wait(&world.open_again().await, Password, "cptest", from(901)).await, Some(1));
    })
    .await;
}

#[tokio::test]
async fn the_owner_at_a_known_address_gets_in_during_ten_thousand_tries_from_everywhere() {
    on_each_database(async |world| {
        world.store.note_login("cptest", HOME.into()).await.unwrap();
        world.store.note_login("cptest", from(0).into()).await.unwrap();
        let mut evaluated = 0;
        for number in 0..10_000 {
            // some come from behind the owner's own provider
            let address = if number % 10 == 0 { [192, 0, 2, 2] } else { from(number) };
            if let Ok(permit) = reserve(&world.store, Password, "cptest", address).await {
                world.store.failed(permit).await.unwrap();
                evaluated += 1;
            }
            if number % 100 == 0 {
                succeed(&world.store, Password, "cptest", HOME).await;
                world.pass(Duration::from_secs(1));
            }
        }
        assert!(evaluated <= 101, "{evaluated}");
    })
    .await;
}

#[tokio::test]
async fn five_codes_are_free_in_five_minutes_and_then_one_in_half_a_minute() {
    on_each_database(async |world| {
        for number in 0..5 {
            fail(&world.store, Code, "cptest", from(number)).await;
        }
        assert_eq!(wait(&world.store, Code, "cptest", from(900)).await, Some(30));
        world.pass(Duration::from_secs(29));
        assert_eq!(wait(&world.open_again().await, Code, "cptest", from(900)).await, Some(1));
        world.pass(Duration::from_secs(1));
        fail(&world.store, Code, "cptest", from(900)).await;
        assert_eq!(wait(&world.store, Code, "cptest", from(901)).await, Some(30));
    })
    .await;
}

#[tokio::test]
async fn a_hundred_wrong_codes_close_them_until_a_recovery_code_or_another_factor() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        fail_codes(&world, 0..100).await;
        world.pass(HOUR * 24 * 365);
        world.store.upkeep().await.unwrap();
        assert_eq!(wait(&world.open_again().await, Code, "cptest", from(900)).await, Some(86_400));
        // whoever forgives passwords forgives no codes
        world.store.forgive_failures().await.unwrap();
        assert_eq!(wait(&world.store, Code, "cptest", from(900)).await, Some(86_400));

        succeed(&world.store, RecoveryCode, "cptest", from(900)).await;
        assert_eq!(wait(&world.store, Code, "cptest", from(901)).await, None);
        assert_eq!(wait(&world.open_again().await, Code, "cptest", from(901)).await, None);

        fail_codes(&world, 1000..1100).await;
        let (subject, secret) = (Subject::Account(account.id), TotpSecret::generate(&SystemEntropy));
        assert!(world.store.set_two_factor(subject, &secret, None, None).await.unwrap());
        assert_eq!(wait(&world.open_again().await, Code, "cptest", from(901)).await, None);
    })
    .await;
}

#[tokio::test]
async fn recovery_codes_have_a_bound_of_their_own() {
    on_each_database(async |world| {
        for number in 0..20 {
            fail(&world.store, RecoveryCode, "cptest", from(number)).await;
        }
        assert_eq!(wait(&world.store, RecoveryCode, "cptest", from(900)).await, Some(900));
        assert_eq!(wait(&world.store, Code, "cptest", from(900)).await, None);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_gave_a_password_only_is_not_known_for_codes() {
    on_each_database(async |world| {
        world.store.note_login("cptest", HOME.into()).await.unwrap();
        fail_codes(&world, 0..20).await;
        assert_eq!(wait(&world.store, Code, "cptest", HOME).await, Some(900));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_wrong_passwords_from_many_addresses_at_once_fifty_are_evaluated() {
    on_each_database(async |world| {
        let guesses: Vec<_> = (0..128)
            .map(|number| {
                let store = world.store.clone();
                tokio::spawn(async move {
                    match reserve(&store, Password, "cptest", from(number)).await {
                        Ok(permit) => store.failed(permit).await.map(|()| 1).unwrap(),
                        Err(_) => 0,
                    }
                })
            })
            .collect();
        let mut evaluated = 0;
        for guess in guesses {
            evaluated += guess.await.unwrap();
        }
        assert!((1..=50).contains(&evaluated), "{evaluated}");
    })
    .await;
}
