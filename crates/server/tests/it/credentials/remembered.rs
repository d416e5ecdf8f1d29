//! A right password is hashed once in five minutes, however often a program sends it, and again at once when anything
//! about its owner has changed.

use portreeve_testkit::{Call, TestServer};

use crate::support::*;

/// How many passwords were hashed to verify them while something was done.
pub(super) async fn hashed(server: &TestServer, doing: impl Future) -> u64 {
    let before = server.environment().hasher.verified();
    doing.await;
    server.environment().hasher.verified() - before
}

/// How many passwords are hashed for a call that is let in.
pub(super) async fn hashed_for(server: &TestServer, call: &Call) -> u64 {
    hashed(server, async { assert_listed(&call.clone().send().await) }).await
}

#[tokio::test]
async fn a_hundred_calls_cost_one_hash_and_no_sql_in_five_minutes() {
    on_each_database(async |server: TestServer| {
        let calls = [
            server.client(Cpanel).get(LIST_POPS).basic("plain", "plainpass"),
            server.client(Webmail).get(LIST_POPS).basic("user@plain.example", "mailpass"),
        ];
        for call in calls {
            assert_eq!(hashed_for(&server, &call).await, 1);
            // the first use from here leaves an entry, written beside the calls
            server.store().upkeep().await.unwrap();
            let before = server.store().queries();
            server.pass_seconds(299);
            for _ in 0..100 {
                assert_eq!(hashed_for(&server, &call).await, 0);
            }
            assert_eq!(server.store().queries(), before);
            server.pass_seconds(1);
            assert_eq!(hashed_for(&server, &call).await, 1);
        }
    })
    .await;
}

#[tokio::test]
async fn another_password_another_address_and_a_login_are_hashed_each_time() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let call = client.get(LIST_POPS).basic("plain", "plainpass");
    assert_eq!(hashed_for(&server, &call).await, 1);
    let elsewhere = client.from("127.0.0.8").get(LIST_POPS).basic("plain", "plainpass");
    assert_eq!(hashed_for(&server, &elsewhere).await, 1);
    for password in ["plainpas", "plainpasss", ""] {
        let wrong = client.get(LIST_POPS).basic("plain", password);
        let refused = async || assert_access_denied(&wrong.clone().send().await);
        assert!(hashed(&server, refused()).await > 0);
        assert!(hashed(&server, refused()).await > 0, "a wrong one is not remembered");
        assert_eq!(hashed_for(&server, &call).await, 0);
    }
    let login = async || assert_logged_in(&log_in(&client, "plain", "plainpass").await);
    assert_eq!(hashed(&server, login()).await, 1);
    assert_eq!(hashed(&server, login()).await, 1);
}

#[tokio::test]
async fn a_code_is_checked_with_every_call() {
    let server = TestServer::start().await;
    let call = server.client(Cpanel).get(LIST_POPS).basic("cptest", "blahblah");
    assert_eq!(hashed_for(&server, &call.clone().code(&server.code("cptest"))).await, 1);
    assert_eq!(hashed_for(&server, &call.clone().code(&server.code("cptest"))).await, 0);
    let wrong = call.clone().code(&server.wrong_code("cptest")).send().await;
    assert_eq!((wrong.status, wrong.reason.as_str()), (401, "Security code invalid"));
    let missing = call.clone().send().await;
    assert_eq!(missing.reason, "Security code required: send X-CPANEL-OTP");
    let elsewhere = server.client(Cpanel).from("127.0.0.8").get(LIST_POPS).basic("cptest", "blahblah");
    let reused = elsewhere.code(&server.code("cptest")).send().await;
    assert!(reused.reason.starts_with("Security code already used"), "{reused:?}");
}

#[tokio::test]
async fn any_number_of_calls_in_one_second_may_come_with_the_right_code() {
    let server = TestServer::start().await;
    let call = server.client(Cpanel).get(LIST_POPS).basic("cptest", "blahblah").code(&server.code("cptest"));
    for _ in 0..300 {
        assert_listed(&call.clone().send().await);
    }
}

#[tokio::test]
async fn too_many_wrong_ones_stop_one_that_is_remembered_too() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let call = client.get(LIST_POPS).basic("plain", "plainpass");
    assert_eq!(hashed_for(&server, &call).await, 1);
    for _ in 0..5 {
        assert_access_denied(&client.get(LIST_POPS).basic("plain", "wrong").send().await);
    }
    let throttled = call.clone().send().await;
    assert_access_denied(&throttled);
    assert_eq!(throttled.retry_after(), Some(2));
    server.pass_seconds(2);
    assert_eq!(hashed_for(&server, &call).await, 0);
}

#[tokio::test]
async fn a_clock_that_is_set_back_before_it_was_found_right_ends_it() {
    let server = TestServer::start().await;
    let call = server.client(Cpanel).get(LIST_POPS).basic("plain", "plainpass");
    server.pass_seconds(10);
    assert_eq!(hashed_for(&server, &call).await, 1);
    assert_eq!(hashed_for(&server, &call).await, 0);
    server.set_back_seconds(1);
    assert_eq!(hashed_for(&server, &call).await, 1);
    // what was forgotten is not back when the clock is
    server.pass_seconds(1);
    assert_eq!(hashed_for(&server, &call).await, 0);
    server.set_back_seconds(5);
    assert_eq!(hashed_for(&server, &call).await, 1);
}
