//! The password of an account's owner, or root's, given for the account: remembered like its own, and bound to both.

use portreeve_store::{Authority, ChangedBy};
use portreeve_testkit::{Call, TestServer};
use portreeve_types::Subject;

use super::remembered::{hashed, hashed_for};
use crate::support::*;

/// Calls as plain, with the password of root, who has no second factor, and of its owner, who has one.
fn roots(server: &TestServer) -> Call {
    server.client(Cpanel).get(LIST_POPS).basic("plain", "sandbox")
}

fn owners(server: &TestServer) -> Call {
    server.client(Cpanel).get(LIST_POPS).basic("plain", "blah1").code(&server.code("asder"))
}

/// Asserts that the password is remembered from now on.
async fn assert_remembered_from_now(server: &TestServer, call: &Call) {
    assert!(hashed_for(server, call).await > 1, "the account's own is compared, and a possessor's");
    assert_eq!(hashed_for(server, call).await, 0);
}

async fn assert_denied_by_hashing(server: &TestServer, call: &Call) {
    let denied = async { assert_access_denied(&call.clone().send().await) };
    assert!(hashed(server, denied).await > 0);
}

async fn subject(server: &TestServer, user: &str) -> Subject {
    Subject::Account(server.store().account(&user.parse().unwrap()).await.unwrap().unwrap().id)
}

#[tokio::test]
async fn a_hundred_calls_of_a_possessor_cost_no_further_hash_and_no_sql_in_five_minutes() {
    on_each_database(async |server: TestServer| {
        for call in [roots(&server), owners(&server)] {
            assert_remembered_from_now(&server, &call).await;
            server.store().upkeep().await.unwrap();
            let before = server.store().queries();
            for _ in 0..100 {
                assert_eq!(hashed_for(&server, &call).await, 0);
            }
            assert_eq!(server.store().queries(), before);
        }
        server.pass_seconds(300);
        assert_remembered_from_now(&server, &roots(&server)).await;
        let call = roots(&server).send().await;
        let line = server.line(call.request_id()).await;
        assert!(line.contains(r#""caller":"plain (possessor: root)""#), "{line}");
    })
    .await;
}

#[tokio::test]
async fn a_possessors_second_factor_is_asked_for_with_every_call() {
    let server = TestServer::start().await;
    assert_remembered_from_now(&server, &owners(&server)).await;
    let call = server.client(Cpanel).get(LIST_POPS).basic("plain", "blah1");
    let missing = call.clone().send().await;
    assert_eq!(missing.reason, "Security code required: send X-CPANEL-OTP");
    let wrong = call.code(&server.wrong_code("asder")).send().await;
    assert_eq!((wrong.status, wrong.reason.as_str()), (401, "Security code invalid"));
}

#[tokio::test]
async fn it_is_good_for_no_other_account_service_or_address() {
    let server = TestServer::start().await;
    assert_remembered_from_now(&server, &roots(&server)).await;
    let cptest = server.client(Cpanel).get(LIST_POPS).basic("cptest", "sandbox");
    assert_remembered_from_now(&server, &cptest).await;
    let elsewhere = server.client(Cpanel).from("127.0.0.8").get(LIST_POPS).basic("plain", "sandbox");
    assert_remembered_from_now(&server, &elsewhere).await;
    assert_denied_by_hashing(&server, &server.client(Webmail).get(LIST_POPS).basic("plain", "sandbox")).await;
    assert_denied_by_hashing(
        &server,
        &server.client(Cpanel).get(LIST_POPS).basic("info@plain.example", "sandbox"),
    )
    .await;
}

#[tokio::test]
async fn any_change_of_the_account_the_possessor_or_the_policy_ends_it_at_once() {
    on_each_database(async |server: TestServer| {
        let store = server.store();
        // the account
        assert_remembered_from_now(&server, &roots(&server)).await;
        let plain = store.account(&"plain".parse().unwrap()).await.unwrap().unwrap();
        store.suspend_account(plain.id, "a reason", false, Authority::Owner).await.unwrap();
        assert_access_denied(&roots(&server).send().await);
        store.unsuspend_account(plain.id, Authority::Owner).await.unwrap();
        assert_remembered_from_now(&server, &roots(&server)).await;

        // the policy
        server.set("account_login_access", "owner").await;
        assert_denied_by_hashing(&server, &roots(&server)).await;
        server.set("account_login_access", "owner_root").await;
        assert_remembered_from_now(&server, &roots(&server)).await;

        // the possessor's second factor
        let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
        let root = subject(&server, "root").await;
        assert!(store.set_two_factor(root, &secret.parse().unwrap(), None, None).await.unwrap());
        let with_code = roots(&server).code(&server.code_of(secret, 0));
        assert_remembered_from_now(&server, &with_code).await;

        // the possessor's password
        let hash = plain.password.clone();
        assert!(store.set_password(root, &hash, ChangedBy::Another).await.unwrap());
        assert_denied_by_hashing(&server, &roots(&server)).await;

        // the possessor itself
        server.pass_seconds(60);
        let call = owners(&server);
        assert_remembered_from_now(&server, &call).await;
        let asder = store.account(&"asder".parse().unwrap()).await.unwrap().unwrap();
        store.suspend_account(asder.id, "a reason", false, Authority::Owner).await.unwrap();
        assert_denied_by_hashing(&server, &call).await;
    })
    .await;
}

#[tokio::test]
async fn too_many_wrong_ones_of_possessors_stop_one_that_is_remembered_too() {
    let server = TestServer::start().await;
    assert_remembered_from_now(&server, &roots(&server)).await;
    let client = server.client(Cpanel);
    // root is known there: a hundred are free, through whatever names
    for number in 0..5 {
        let user = format!("nobody{number}");
        assert_login_refused(&log_in(&client, &user, "wrong").await, "invalid_login");
    }
    for number in 0..95 {
        if number % 4 == 0 {
            assert_eq!(hashed_for(&server, &roots(&server)).await, 0);
            // the account's own clears what is counted of its name, and nothing else
            assert_logged_in(&log_in(&client, "plain", "plainpass").await);
            server.pass_seconds(1);
        }
        assert_login_refused(&log_in(&client, "plain", "wrong").await, "invalid_login");
    }
    assert_logged_in(&log_in(&client, "plain", "plainpass").await);
    // compared with the account's own, and in vain with nobody's
    assert_denied_by_hashing(&server, &roots(&server)).await;
    server.pass_seconds(900);
    assert_remembered_from_now(&server, &roots(&server)).await;
}
