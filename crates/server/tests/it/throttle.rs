//! Wrong tries are counted, slowed, and then refused; 429 is for connections only.

use portreeve_testkit::{Response, TestServer};

use crate::support::*;

const ELSEWHERE: &str = "127.0.0.8";

/// The answer without what differs from request to request.
fn shape(answer: &Response) -> (u16, String, String) {
    (answer.status, answer.reason.clone(), answer.text())
}

#[tokio::test]
async fn after_five_wrong_passwords_even_the_right_one_waits_and_looks_wrong() {
    on_each_database(async |server: TestServer| {
        let client = server.client(Cpanel);
        let wrong = log_in(&client, "plain", "wrong").await;
        assert_eq!(wrong.retry_after(), None);
        for _ in 0..4 {
            assert_login_refused(&log_in(&client, "plain", "wrong").await, "invalid_login");
        }
        let throttled = log_in(&client, "plain", "plainpass").await;
        assert_eq!(shape(&throttled), shape(&wrong));
        let wait = throttled.retry_after().expect("Retry-After");
        assert!(wait >= 1, "{throttled:?}");
        // another address, and another user from this one, are free
        assert_logged_in(&log_in(&client.from(ELSEWHERE), "plain", "plainpass").await);
        let other = log_in_with(&client, "cptest", "blahblah", &server.code("cptest")).await;
        assert_logged_in(&other);
        // time frees it, and a success clears what was counted
        server.pass_seconds(wait);
        assert_logged_in(&log_in(&client, "plain", "plainpass").await);
        for _ in 0..4 {
            assert_login_refused(&log_in(&client, "plain", "wrong").await, "invalid_login");
        }
        assert_logged_in(&log_in(&client, "plain", "plainpass").await);
    })
    .await;
}

#[tokio::test]
async fn unknown_users_are_throttled_alike() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    for user in ["plain", "nobodyhere", "nobody@plain.example", "not a name!"] {
        for _ in 0..5 {
            assert_eq!(log_in(&client, user, "wrong").await.retry_after(), None, "{user}");
        }
        let throttled = log_in(&client, user, "wrong").await;
        assert_login_refused(&throttled, "invalid_login");
        assert_eq!(throttled.retry_after(), Some(2), "{user}: {throttled:?}");
    }
}

#[tokio::test]
async fn logins_and_headers_share_their_count_on_every_surface() {
    let server = TestServer::start().await;
    let (cpanel, whm) = (server.client(Cpanel), server.client(Whm));
    for _ in 0..3 {
        assert_access_denied(&cpanel.get(LIST_POPS).basic("asder", "wrong").send().await);
    }
    for _ in 0..2 {
        assert_json_access_denied(&whm.get(VERSION).basic("asder", "wrong").send().await);
    }
    let uapi = cpanel.get(LIST_POPS).basic("asder", "blah1").code(&server.code("asder")).send().await;
    assert_access_denied(&uapi);
    assert!(uapi.retry_after().is_some(), "{uapi:?}");
    let json = whm.get(VERSION).basic("asder", "blah1").code(&server.code("asder")).send().await;
    assert_json_access_denied(&json);
    assert!(json.retry_after().is_some(), "{json:?}");
    let login = log_in_with(&cpanel, "asder", "blah1", &server.code("asder")).await;
    assert_login_refused(&login, "invalid_login");
    // a token is no password and not slowed
    let token = whm.get(VERSION).header("Authorization", &format!("whm asder:{ASDER_TOKEN}")).send().await;
    assert_eq!(token.status, 200, "{token:?}");
}

#[tokio::test]
async fn wrong_codes_are_throttled_apart_from_passwords() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let wrong = server.wrong_code("cptest");
    for _ in 0..5 {
        assert_login_refused(&log_in_with(&client, "cptest", "blahblah", &wrong).await, "tfa_invalid");
    }
    let throttled = log_in_with(&client, "cptest", "blahblah", &server.code("cptest")).await;
    assert_eq!((throttled.status, throttled.retry_after()), (401, Some(30)), "{throttled:?}");
    assert!(throttled.cookie("cpsession").is_none(), "{throttled:?}");
    let header = client.get(LIST_POPS).basic("cptest", "blahblah").code(&server.code("cptest")).send().await;
    assert_eq!(header.status, 401, "{header:?}");
    assert!(header.retry_after().is_some(), "{header:?}");
    // half a minute later a right code is taken from elsewhere, and from this address later
    let elsewhere = log_in_with(&client.from(ELSEWHERE), "cptest", "blahblah", &server.code("cptest")).await;
    assert_eq!((elsewhere.status, elsewhere.retry_after()), (401, Some(30)), "{elsewhere:?}");
    server.pass_seconds(30);
    let elsewhere = log_in_with(&client.from(ELSEWHERE), "cptest", "blahblah", &server.code("cptest")).await;
    assert_logged_in(&elsewhere);
    server.pass_seconds(60);
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &server.code("cptest")).await);
}

#[tokio::test]
async fn a_failure_lasts_beyond_the_memory() {
    on_each_database(async |server: TestServer| {
        let client = server.client(Cpanel);
        let before = server.store().queries();
        assert_login_refused(&log_in(&client, "plain", "wrong").await, "invalid_login");
        assert!(server.store().queries() > before, "a failure is durable before its answer leaves");
    })
    .await;
}
