//! The owner's own lane at a known address: what it allows to somebody who is there too, and when it ends.

use std::net::IpAddr;
use std::time::Duration;

use portreeve_crypt::{SystemEntropy, TotpSecret};
use portreeve_store::Guess::{AnothersPassword, Code, Password};
use portreeve_store::{ChangedBy, Staying};
use portreeve_types::{Clock, Subject};

use crate::guesses::{fail, reserve, succeed, wait};
use crate::world::{World, hash, on_each_database, run};

const HOME: [u8; 4] = [192, 0, 2, 1];
const WORK: [u8; 4] = [198, 51, 100, 1];
const HOUR: Duration = Duration::from_secs(3600);

/// An address that nobody else has.
fn from(number: u16) -> [u8; 4] {
    let [high, low] = number.to_be_bytes();
    [10, high, low, 1]
}

/// Wrong passwords at home, beside an owner who logs in before each of them.
async fn fail_beside_the_owner(world: &World, times: usize) {
    for _ in 0..times {
        succeed(&world.store, Password, "cptest", HOME).await;
        world.store.note_login("cptest", HOME.into()).await.unwrap();
        fail(&world.store, Password, "cptest", HOME).await;
    }
}

/// Closes a name to unknown addresses: who gets in then is at a known one.
async fn close(world: &World) {
    for number in 0..100 {
        if let Some(due) = wait(&world.store, Password, "cptest", from(number)).await {
            world.pass(Duration::from_secs(due));
        }
        fail(&world.store, Password, "cptest", from(number)).await;
    }
}

async fn is_known(world: &World, address: [u8; 4]) -> bool {
    wait(&world.store, Password, "cptest", address).await.is_none()
}

#[tokio::test]
async fn beside_an_owner_who_logs_in_again_and_again_a_hundred_passwords_are_evaluated_and_then_four_an_hour()
{
    on_each_database(async |world| {
        fail_beside_the_owner(&world, 100).await;
        assert_eq!(wait(&world.store, Password, "cptest", HOME).await, Some(900));
        assert_eq!(wait(&world.open_again().await, Password, "cptest", HOME).await, Some(900));
        world.pass(Duration::from_secs(900));
        fail_beside_the_owner(&world, 1).await;
        assert_eq!(wait(&world.store, Password, "cptest", HOME).await, Some(900));
        // an hour without a failure, and the owner's login
        world.pass(HOUR);
        fail_beside_the_owner(&world, 100).await;
        assert_eq!(wait(&world.store, Password, "cptest", HOME).await, Some(900));
    })
    .await;
}

#[tokio::test]
async fn one_failure_of_late_and_not_five_hundred_tries_run_at_once_after_a_success() {
    on_each_database(async |world| {
        world.store.note_login("cptest", HOME.into()).await.unwrap();
        fail(&world.store, Password, "cptest", HOME).await;
        succeed(&world.store, Password, "cptest", HOME).await;
        let mut running = Vec::new();
        while let Ok(permit) = reserve(&world.store, Password, "cptest", HOME).await {
            running.push(permit);
        }
        assert_eq!(running.len(), 99);
        running.into_iter().for_each(|permit| world.store.refund(permit));
    })
    .await;
}

#[tokio::test]
async fn beside_an_owner_who_gives_codes_twenty_are_evaluated_and_none_sooner_than_after_a_rest() {
    on_each_database(async |world| {
        for _ in 0..20 {
            succeed(&world.store, Code, "cptest", HOME).await;
            fail(&world.store, Code, "cptest", HOME).await;
        }
        assert_eq!(wait(&world.store, Code, "cptest", HOME).await, Some(900));
        world.pass(Duration::from_secs(900));
        succeed(&world.store, Code, "cptest", HOME).await;
        fail(&world.store, Code, "cptest", HOME).await;
        assert_eq!(wait(&world.open_again().await, Code, "cptest", HOME).await, Some(1800));
        world.pass(HOUR);
        succeed(&world.store, Code, "cptest", HOME).await;
        for _ in 0..5 {
            fail(&world.store, Code, "cptest", HOME).await;
        }
        assert_eq!(wait(&world.store, Code, "cptest", HOME).await, Some(2));
    })
    .await;
}

#[tokio::test]
async fn this_machines_own_addresses_are_one_and_never_known() {
    on_each_database(async |world| {
        let near: IpAddr = "127.0.0.1".parse().unwrap();
        let too: IpAddr = "127.77.0.1".parse().unwrap();
        world.store.note_login("cptest", near).await.unwrap();
        succeed(&world.store, Code, "cptest", near).await;
        close(&world).await;
        assert_eq!(wait(&world.store, Password, "cptest", near).await, Some(86_400));
        for _ in 0..5 {
            fail(&world.store, Password, "other", too).await;
        }
        let six: IpAddr = "::1".parse().unwrap();
        for near in [near, six] {
            assert_eq!(wait(&world.store, Password, "other", near).await, Some(2), "{near}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_possessors_password_has_caps_of_its_own_through_whatever_names_it_is_tried() {
    on_each_database(async |world| {
        world.store.note_possession("cptest", "root", HOME.into()).await.unwrap();
        for number in 0..100 {
            if let Some(due) = wait(&world.store, AnothersPassword, "root", from(number)).await {
                world.pass(Duration::from_secs(due));
            }
            fail(&world.store, AnothersPassword, "root", from(number)).await;
        }
        assert_eq!(wait(&world.store, AnothersPassword, "root", from(900)).await, Some(86_400));
        // neither what the customer does nor a possessor's own mistake keeps root from its own name
        succeed(&world.store, Password, "cptest", HOME).await;
        world.store.note_login("cptest", HOME.into()).await.unwrap();
        assert_eq!(wait(&world.open_again().await, AnothersPassword, "root", from(900)).await, Some(86_400));
        assert_eq!(wait(&world.store, Password, "root", from(900)).await, None);
        // where root is known it has a lane, with an end of its own
        for _ in 0..100 {
            fail(&world.store, AnothersPassword, "root", HOME).await;
        }
        assert_eq!(wait(&world.store, AnothersPassword, "root", HOME).await, Some(900));
        world.pass(HOUR);
        succeed(&world.store, AnothersPassword, "root", HOME).await;
        world.store.note_possession("cptest", "root", HOME.into()).await.unwrap();
        assert_eq!(wait(&world.store, AnothersPassword, "root", from(900)).await, None);
        assert_eq!(wait(&world.store, AnothersPassword, "root", HOME).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_possessors_login_clears_nothing_that_was_counted_at_the_accounts_own_password() {
    on_each_database(async |world| {
        world.store.note_login("cptest", HOME.into()).await.unwrap();
        close(&world).await;
        world.pass(HOUR);
        world.store.note_possession("cptest", "root", HOME.into()).await.unwrap();
        assert_eq!(wait(&world.store, Password, "cptest", from(900)).await, Some(86_400));
    })
    .await;
}

#[tokio::test]
async fn another_password_makes_no_address_known_any_more_but_the_owners() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let subject = Subject::Account(account.id);
        let session = world.session(&account).await.session;
        for address in [HOME, WORK] {
            world.store.note_login("cptest", address.into()).await.unwrap();
        }
        let acting = world.acting(subject).await;
        let staying = Some(Staying { session: &session, strength: 80 });
        let by = ChangedBy::Owner { acting, staying };
        assert!(world.store.set_password(subject, &hash("new"), by).await.unwrap());
        close(&world).await;
        assert!(is_known(&world, HOME).await, "the session's");
        assert!(!is_known(&world, WORK).await);
        assert!(world.new_password(subject, "newer").await);
        close(&world).await;
        assert!(!is_known(&world, HOME).await, "an administrator keeps none");
    })
    .await;
}

#[tokio::test]
async fn another_factor_makes_no_address_known_any_more() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        world.store.note_login("cptest", HOME.into()).await.unwrap();
        close(&world).await;
        assert!(is_known(&world, HOME).await);
        let (subject, secret) = (Subject::Account(account.id), TotpSecret::generate(&SystemEntropy));
        assert!(world.store.set_two_factor(subject, &secret, None, None).await.unwrap());
        assert!(!is_known(&world, HOME).await);
    })
    .await;
}

#[tokio::test]
async fn whoever_has_the_name_of_somebody_who_is_gone_has_none_of_its_addresses() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        world.store.note_login("cptest", HOME.into()).await.unwrap();
        assert!(world.store.remove_account(account.id).await.unwrap());
        world.account("cptest").await;
        close(&world).await;
        assert!(!is_known(&world, HOME).await);
    })
    .await;
}

#[tokio::test]
async fn two_hundred_addresses_are_known_of_a_name_the_latest() {
    on_each_database(async |world| {
        for number in 1000..1201 {
            world.pass(Duration::from_secs(1));
            world.store.note_login("cptest", from(number).into()).await.unwrap();
        }
        close(&world).await;
        assert!(!is_known(&world, from(1000)).await);
        assert!(is_known(&world, from(1001)).await);
        assert!(is_known(&world, from(1200)).await);
    })
    .await;
}

#[tokio::test]
async fn invented_names_fill_no_table_and_displace_nobody_elses_failures() {
    on_each_database(async |world| {
        for _ in 0..5 {
            fail(&world.store, Password, "cptest", HOME).await;
        }
        // older than that, and forgotten later
        let now = world.clock.now().seconds();
        let invented = format!(
            "INSERT INTO throttle (id, failures, last_failure, forgotten, address, codes, nobodys)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200100)
             SELECT d || d || d || d, 1, {now} - i, {now} + 2592000 - i, '', 0, 1
             FROM (SELECT i, CAST(1000000000000000 + i AS TEXT) AS d FROM n) AS invented"
        );
        run(&world.location, invented).await;
        world.store.upkeep().await.unwrap();
        assert_eq!(wait(&world.open_again().await, Password, "cptest", HOME).await, Some(2));
        let left = world.store.forgive_failures().await.unwrap();
        assert!((200_000..=200_010).contains(&left), "{left}");
    })
    .await;
}
