//! How often one code may be used: the two ledgers (docs/differences.md#otp-reuse).

use portreeve_testkit::{Call, TestServer};

use crate::support::*;

const ELSEWHERE: &str = "127.0.0.7";

fn basic(call: Call, code: &str) -> Call {
    call.basic("cptest", "blahblah").code(code)
}

#[tokio::test]
async fn a_code_opens_one_session_of_a_service_and_the_next_opens_another() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let code = server.code("cptest");
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &code).await);
    let again = log_in_with(&client, "cptest", "blahblah", &code).await;
    assert_login_refused(&again, "tfa_reused");
    // five seconds into the step
    assert_eq!(again.retry_after(), Some(25), "{again:?}");
    assert_eq!(again.reason, "Security code already used, next in 25 s");
    server.pass_seconds(25);
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &server.code("cptest")).await);
}

#[tokio::test]
async fn a_code_before_a_used_one_is_used_up_too() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &server.code("cptest")).await);
    let earlier = server.code_in("cptest", -1);
    assert_login_refused(&log_in_with(&client, "cptest", "blahblah", &earlier).await, "tfa_reused");
}

#[tokio::test]
async fn a_used_code_is_no_guess() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let code = server.code("cptest");
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &code).await);
    for _ in 0..8 {
        assert_login_refused(&log_in_with(&client, "cptest", "blahblah", &code).await, "tfa_reused");
    }
    server.pass_seconds(25);
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &server.code("cptest")).await);
}

#[tokio::test]
async fn a_code_of_one_service_opens_another_from_the_same_address_only() {
    let server = TestServer::start().await;
    let (cpanel, whm) = (server.client(Cpanel), server.client(Whm));
    let code = server.code("asder");
    assert_logged_in(&log_in_with(&cpanel, "asder", "blah1", &code).await);
    let elsewhere = log_in_with(&whm.from(ELSEWHERE), "asder", "blah1", &code).await;
    assert_login_refused(&elsewhere, "tfa_reused");
    assert_logged_in(&log_in_with(&whm, "asder", "blah1", &code).await);
    assert_login_refused(&log_in_with(&whm, "asder", "blah1", &code).await, "tfa_reused");
}

#[tokio::test]
async fn a_header_may_repeat_its_code_from_the_same_address_only() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let code = server.code("cptest");
    for _ in 0..3 {
        assert_listed(&basic(client.get(LIST_POPS), &code).send().await);
    }
    let elsewhere = basic(client.from(ELSEWHERE).get(LIST_POPS), &code).send().await;
    assert_eq!(elsewhere.status, 401, "{elsewhere:?}");
    assert_eq!(elsewhere.retry_after(), Some(25), "{elsewhere:?}");
    assert_eq!(elsewhere.reason, "Security code already used, next in 25 s");
    server.pass_seconds(25);
    assert_listed(&basic(client.from(ELSEWHERE).get(LIST_POPS), &server.code("cptest")).send().await);
}

#[tokio::test]
async fn a_header_code_lasts_as_long_as_the_window() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let code = server.code("cptest");
    assert_listed(&basic(client.get(LIST_POPS), &code).send().await);
    // the last second of the step after it, then the first of the one after that
    server.pass_seconds(54);
    assert_listed(&basic(client.get(LIST_POPS), &code).send().await);
    server.pass_seconds(1);
    let late = basic(client.get(LIST_POPS), &code).send().await;
    let late = (late.status, late.reason.as_str());
    assert_eq!(late, (401, "Security code invalid: your clock is 45 s slow"));
}

#[tokio::test]
async fn a_code_used_at_a_login_may_be_used_in_a_header_from_the_same_address() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let code = server.code("cptest");
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &code).await);
    let elsewhere = basic(client.from(ELSEWHERE).get(LIST_POPS), &code).send().await;
    assert_eq!(elsewhere.status, 401, "{elsewhere:?}");
    assert_listed(&basic(client.get(LIST_POPS), &code).send().await);
}

#[tokio::test]
async fn a_code_first_seen_in_a_header_never_opens_a_session() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let code = server.code("cptest");
    assert_listed(&basic(client.get(LIST_POPS), &code).send().await);
    assert_login_refused(&log_in_with(&client, "cptest", "blahblah", &code).await, "tfa_reused");
    let next = server.code_in("cptest", 1);
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &next).await);
}

#[tokio::test]
async fn the_code_that_confirmed_an_enrolment_counts_for_neither_ledger() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let code = server.code_of(secret, 0);
    let session = server.session(Cpanel, "plain").await;
    let enrol = session
        .post("/execute/TwoFactorAuth/set_user_configuration")
        .form(&[("secret", secret), ("tfa_token", &code)])
        .send()
        .await;
    assert_eq!(enrol.json()["data"]["tfa_configured"], 1, "{enrol:?}");
    assert_login_refused(&log_in(&client, "plain", "plainpass").await, "tfa_required");
    assert_logged_in(&log_in_with(&client, "plain", "plainpass", &code).await);
    assert_login_refused(&log_in_with(&client, "plain", "plainpass", &code).await, "tfa_reused");
}

#[tokio::test]
async fn otp_reuse_never_makes_a_code_good_once_everywhere() {
    let server = TestServer::start().await;
    server.set("otp.reuse", "never").await;
    let client = server.client(Cpanel);
    let code = server.code("cptest");
    assert_listed(&basic(client.get(LIST_POPS), &code).send().await);
    let again = basic(client.get(LIST_POPS), &code).send().await;
    assert_eq!(again.status, 401, "{again:?}");
    server.pass_seconds(25);
    let code = server.code("cptest");
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &code).await);
    assert_eq!(basic(client.get(LIST_POPS), &code).send().await.status, 401);
}
