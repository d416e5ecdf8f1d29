//! The ledgers of used one-time codes.

use std::net::IpAddr;
use std::time::Duration;

use portreeve_crypt::TotpSecret;
use portreeve_store::{CodeUse, Writer};
use portreeve_types::{Clock, Service, Subject};

use crate::world::{World, in_somebodys_hands, on_each_database};

const HERE: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.9";

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn step_now(world: &World) -> i64 {
    TotpSecret::step_of(world.clock.now())
}

async fn subject(world: &World) -> Subject {
    Subject::Account(world.account("cptest").await.id)
}

/// How many of 64 concurrent callers, spread over the stores, had their code accepted at a login.
async fn accepted_of_64(stores: &[Writer], subject: Subject, step: i64) -> usize {
    let callers: Vec<_> = (0..64)
        .zip(stores.iter().cycle().cloned())
        .map(|(caller, store)| {
            // half of them from another address: none of it makes a difference
            let from = address(if caller % 4 < 2 { HERE } else { ELSEWHERE });
            tokio::spawn(async move {
                store.use_code_at_login(subject, Service::Cpanel, step, from).await.unwrap()
            })
        })
        .collect();
    let mut accepted = 0;
    for caller in callers {
        accepted += usize::from(caller.await.unwrap() == CodeUse::Accepted);
    }
    accepted
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_logins_with_one_code_at_once_exactly_one_is_accepted() {
    on_each_database(async |world| {
        let subject = subject(&world).await;
        for _ in 0..25 {
            world.pass(Duration::from_secs(30));
            let accepted =
                accepted_of_64(std::slice::from_ref(&world.store), subject, step_now(&world)).await;
            assert_eq!(accepted, 1);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_logins_at_two_nodes_with_one_code_exactly_one_is_accepted() {
    on_each_database(async |world| {
        let subject = subject(&world).await;
        let stores = [world.store.clone(), in_somebodys_hands(world.open_again().await)];
        for _ in 0..25 {
            world.pass(Duration::from_secs(30));
            assert_eq!(accepted_of_64(&stores, subject, step_now(&world)).await, 1);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn logins_to_different_services_from_two_addresses_at_once_share_no_code() {
    on_each_database(async |world| {
        let subject = subject(&world).await;
        for _ in 0..25 {
            world.pass(Duration::from_secs(30));
            let step = step_now(&world);
            let login = |service, from: &str| {
                let (store, from) = (world.store.clone(), address(from));
                tokio::spawn(
                    async move { store.use_code_at_login(subject, service, step, from).await.unwrap() },
                )
            };
            let (first, second) = (login(Service::Cpanel, HERE), login(Service::Whm, ELSEWHERE));
            let uses = [first.await.unwrap(), second.await.unwrap()];
            assert_eq!(uses.iter().filter(|used| **used == CodeUse::Accepted).count(), 1, "{uses:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_header_code_belongs_to_the_address_that_used_it_first_even_in_a_race() {
    on_each_database(async |world| {
        let subject = subject(&world).await;
        for _ in 0..10 {
            world.pass(Duration::from_secs(30));
            let step = step_now(&world);
            let callers: Vec<_> = (0..32)
                .map(|caller| {
                    let from = address(if caller % 2 == 0 { HERE } else { ELSEWHERE });
                    let store = world.store.clone();
                    tokio::spawn(async move {
                        (from, store.use_code_in_header(subject, step, from).await.unwrap())
                    })
                })
                .collect();
            let mut accepted = Vec::new();
            for caller in callers {
                let (from, used) = caller.await.unwrap();
                if used == CodeUse::Accepted {
                    accepted.push(from);
                }
            }
            assert_eq!(accepted.len(), 16, "all of one address");
            accepted.dedup();
            assert_eq!(accepted.len(), 1, "and none of the other");
        }
    })
    .await;
}

#[tokio::test]
async fn a_repeated_header_code_makes_no_sql_query() {
    on_each_database(async |world| {
        let subject = subject(&world).await;
        let step = step_now(&world);
        let used = world.store.use_code_in_header(subject, step, address(HERE)).await.unwrap();
        assert_eq!(used, CodeUse::Accepted);
        let before = world.store.queries();
        for _ in 0..10 {
            let used = world.store.use_code_in_header(subject, step, address(HERE)).await.unwrap();
            assert_eq!(used, CodeUse::Accepted);
        }
        let stolen = world.store.use_code_in_header(subject, step, address(ELSEWHERE)).await.unwrap();
        assert_eq!(stolen, CodeUse::AlreadyUsed);
        assert_eq!(world.store.queries(), before);
    })
    .await;
}

#[tokio::test]
async fn used_codes_stay_used_in_another_process() {
    on_each_database(async |world| {
        let subject = subject(&world).await;
        let step = step_now(&world);
        let login = async |store: &Writer| {
            store.use_code_at_login(subject, Service::Cpanel, step, address(HERE)).await.unwrap()
        };
        assert_eq!(login(&world.store).await, CodeUse::Accepted);
        let again = in_somebodys_hands(world.open_again().await);
        assert_eq!(login(&again).await, CodeUse::AlreadyUsed);
        let stolen = again.use_code_in_header(subject, step, address(ELSEWHERE)).await.unwrap();
        assert_eq!(stolen, CodeUse::AlreadyUsed);
        let own = again.use_code_in_header(subject, step, address(HERE)).await.unwrap();
        assert_eq!(own, CodeUse::Accepted);
    })
    .await;
}

#[tokio::test]
async fn with_reuse_never_a_header_code_is_good_once() {
    on_each_database(async |world| {
        let subject = subject(&world).await;
        let step = step_now(&world);
        let used = async || world.store.use_code_in_header(subject, step, address(HERE)).await.unwrap();
        assert_eq!(used().await, CodeUse::Accepted);
        assert_eq!(used().await, CodeUse::Accepted);
        world.store.set_setting("otp.reuse", "never").await.unwrap();
        assert_eq!(used().await, CodeUse::AlreadyUsed);
        let next = step + 1;
        let header = async || world.store.use_code_in_header(subject, next, address(HERE)).await.unwrap();
        assert_eq!(header().await, CodeUse::Accepted);
        assert_eq!(header().await, CodeUse::AlreadyUsed);
        let login =
            world.store.use_code_at_login(subject, Service::Cpanel, next, address(HERE)).await.unwrap();
        assert_eq!(login, CodeUse::AlreadyUsed);
    })
    .await;
}

#[tokio::test]
async fn old_uses_are_swept_but_the_latest_login_still_forbids_replay() {
    on_each_database(async |world| {
        let subject = subject(&world).await;
        let old = step_now(&world);
        let login = async |service, step| {
            world.store.use_code_at_login(subject, service, step, address(HERE)).await.unwrap()
        };
        assert_eq!(login(Service::Cpanel, old).await, CodeUse::Accepted);
        for _ in 0..40 {
            world.pass(Duration::from_secs(30));
            assert_eq!(login(Service::Whm, step_now(&world)).await, CodeUse::Accepted);
        }
        assert_eq!(login(Service::Cpanel, old).await, CodeUse::AlreadyUsed);
        // of WHM's only the recent ones are left: an old step is refused by order all the same
        assert_eq!(login(Service::Whm, old + 1).await, CodeUse::AlreadyUsed);
    })
    .await;
}
