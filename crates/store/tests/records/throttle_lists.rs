//! The two lists of addresses, what an administrator is shown, and what one forgives.

use std::net::IpAddr;
use std::time::Duration;

use portreeve_store::Guess::{Answers, Code, Password};
use portreeve_store::{AddressList, Attempt, FailedGuess, HeldBackBy, ListedAddresses, ReserveError, Store};
use portreeve_types::Service;

use crate::guesses::{fail, wait};
use crate::world::{World, on_each_database};

const HERE: [u8; 4] = [192, 0, 2, 1];

async fn list(world: &World, list: AddressList, addresses: &str) {
    let addresses = addresses.parse().unwrap();
    let entry = ListedAddresses { addresses, comment: "a test".to_owned() };
    assert!(world.store.list_addresses(list, &[entry]).await.unwrap());
}

async fn is_black(store: &Store, address: [u8; 4]) -> bool {
    let (address, service) = (IpAddr::from(address), Service::Cpanel);
    let attempt = Attempt { guess: Password, login: "cptest", address, service };
    match store.reserve(attempt).await {
        Ok(permit) => {
            store.refund(permit);
            false
        }
        Err(error) => matches!(error, ReserveError::Blacklisted),
    }
}

#[tokio::test]
async fn who_is_on_the_black_list_is_refused_unless_on_the_white_one_too() {
    on_each_database(async |world| {
        assert!(!is_black(&world.store, HERE).await);
        list(&world, AddressList::Black, "192.0.2.0/24").await;
        assert!(is_black(&world.store, HERE).await);
        assert!(is_black(&world.open_again().await, HERE).await);
        assert!(!is_black(&world.store, [192, 0, 3, 1]).await);
        list(&world, AddressList::White, "192.0.2.1").await;
        assert!(!is_black(&world.store, HERE).await);
        assert!(is_black(&world.store, [192, 0, 2, 2]).await);
        let range = "192.0.2.0/24".parse().unwrap();
        let removed = world.store.unlist_addresses(AddressList::Black, &[range]).await.unwrap();
        assert_eq!(removed, [range]);
        assert!(!is_black(&world.store, [192, 0, 2, 2]).await);
        world.store.set_setting("cphulk::is_enabled", "0").await.unwrap();
        list(&world, AddressList::Black, "192.0.2.0/24").await;
        assert!(
            !is_black(&world.store, [192, 0, 2, 2]).await,
            "the lists are a part of what is switched off"
        );
    })
    .await;
}

#[tokio::test]
async fn the_lists_cost_no_look_at_the_records() {
    on_each_database(async |world| {
        list(&world, AddressList::Black, "192.0.2.1").await;
        assert!(is_black(&world.store, HERE).await);
        let before = world.store.queries();
        assert!(is_black(&world.store, HERE).await);
        assert!(!is_black(&world.store, [198, 51, 100, 1]).await);
        assert_eq!(world.store.queries(), before);
    })
    .await;
}

#[tokio::test]
async fn the_white_list_passes_over_address_and_user_rules_and_over_nothing_else() {
    on_each_database(async |world| {
        list(&world, AddressList::White, "192.0.2.1").await;
        for number in 0..40 {
            fail(&world.store, Password, &format!("name{number}"), HERE).await;
        }
        for _ in 0..5 {
            fail(&world.store, Password, "cptest", HERE).await;
        }
        assert_eq!(wait(&world.store, Password, "cptest", HERE).await, Some(2), "its own count");
        for number in 0..20 {
            world.pass(Duration::from_secs(30));
            fail(&world.store, Code, "coded", [10, 0, number, 1]).await;
        }
        assert_eq!(wait(&world.store, Code, "coded", HERE).await, Some(900), "the cap on codes");
    })
    .await;
}

#[tokio::test]
async fn what_is_switched_off_are_the_address_and_user_rules_of_passwords() {
    on_each_database(async |world| {
        world.store.set_setting("cphulk::is_enabled", "0").await.unwrap();
        for number in 0..120 {
            fail(&world.store, Password, "cptest", [10, 0, number, 1]).await;
            fail(&world.store, Password, &format!("name{number}"), HERE).await;
        }
        for _ in 0..5 {
            fail(&world.store, Password, "cptest", HERE).await;
        }
        assert_eq!(wait(&world.store, Password, "cptest", HERE).await, Some(2));
        for number in 0..20 {
            world.pass(Duration::from_secs(30));
            fail(&world.store, Code, "cptest", [10, 0, number, 1]).await;
        }
        assert_eq!(wait(&world.store, Code, "cptest", [10, 0, 99, 1]).await, Some(900));
    })
    .await;
}

#[tokio::test]
async fn the_figures_can_be_changed_while_it_runs() {
    on_each_database(async |world| {
        let set = [
            ("cphulk::max_failures_byip", "3"),
            ("cphulk::mark_as_brute", "4"),
            ("cphulk::max_failures", "2"),
        ];
        world.store.set_settings(&set).await.unwrap();
        for number in 0..3 {
            fail(&world.store, Password, &format!("name{number}"), HERE).await;
        }
        assert_eq!(wait(&world.store, Password, "other", HERE).await, Some(2));
        world.pass(Duration::from_secs(2));
        fail(&world.store, Password, "other", HERE).await;
        assert_eq!(wait(&world.store, Password, "other", HERE).await, Some(3600));
        for number in 0..2 {
            fail(&world.store, Password, "cptest", [10, 0, number, 1]).await;
        }
        assert_eq!(wait(&world.store, Password, "cptest", [10, 0, 9, 1]).await, Some(1));
    })
    .await;
}

#[tokio::test]
async fn root_may_be_left_out_of_the_user_rules() {
    on_each_database(async |world| {
        world.store.set_setting("cphulk::username_based_protection_for_root", "0").await.unwrap();
        for number in 0..101 {
            fail(&world.store, Password, "root", [10, 0, number, 1]).await;
        }
        assert_eq!(wait(&world.store, Password, "root", [10, 0, 200, 1]).await, None);
    })
    .await;
}

#[tokio::test]
async fn failed_logins_are_listed_with_the_names_of_those_who_exist_only() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        world.mailbox(&account, "info").await;
        fail(&world.store, Password, "cptest", HERE).await;
        world.pass(Duration::from_secs(1));
        fail(&world.store, Code, "info@cptest.example", [10, 0, 0, 1]).await;
        world.pass(Duration::from_secs(1));
        fail(&world.store, Password, "my secret password", HERE).await;
        world.pass(Duration::from_secs(1));
        fail(&world.store, Answers, "cptest", HERE).await;
        let listed = world.store.failed_logins().await.unwrap();
        let shown: Vec<_> =
            listed.iter().map(|one| (one.login.as_str(), one.address.to_string(), one.guess)).collect();
        let here = "192.0.2.1".to_owned();
        assert_eq!(
            shown,
            [
                ("cptest", here.clone(), FailedGuess::Answers),
                ("", here.clone(), FailedGuess::Password),
                ("info@cptest.example", "10.0.0.1".to_owned(), FailedGuess::Code),
                ("cptest", here, FailedGuess::Password),
            ]
        );
        assert_eq!(listed[0].counts_until.since(listed[0].failed), Duration::from_secs(900));
        world.pass(Duration::from_secs(360 * 60 - 1));
        assert_eq!(world.store.failed_logins().await.unwrap().len(), 1);
        world.store.upkeep().await.unwrap();
        world.store.set_setting("cphulk::lookback_period_min", "43200").await.unwrap();
        assert_eq!(world.store.failed_logins().await.unwrap().len(), 1, "the others' rows are gone");
    })
    .await;
}

#[tokio::test]
async fn an_administrator_forgives_all_failures_or_those_from_an_address() {
    on_each_database(async |world| {
        let other = [198, 51, 100, 1];
        for address in [HERE, other] {
            for number in 0..20 {
                fail(&world.store, Password, &format!("name{number}"), address).await;
            }
        }
        assert_eq!(world.store.held_back(HeldBackBy::Address).await.unwrap().len(), 2);
        // twenty names, the address and its neighbourhood, and twenty entries of the list
        assert_eq!(world.store.forgive_failures_from(&[HERE.into()]).await.unwrap(), 42);
        assert_eq!(wait(&world.store, Password, "name0", HERE).await, None);
        assert_eq!(wait(&world.store, Password, "name0", other).await, Some(2));
        assert_eq!(world.store.held_back(HeldBackBy::Address).await.unwrap().len(), 1);
        assert_eq!(world.store.failed_logins().await.unwrap().len(), 20);
        assert!(world.store.forgive_failures().await.unwrap() > 40);
        assert_eq!(wait(&world.store, Password, "name0", other).await, None);
        assert_eq!(wait(&world.open_again().await, Password, "name0", other).await, None);
        assert!(world.store.held_back(HeldBackBy::Address).await.unwrap().is_empty());
        assert!(world.store.failed_logins().await.unwrap().is_empty());
    })
    .await;
}
