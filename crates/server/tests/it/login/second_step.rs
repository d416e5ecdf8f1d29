//! The code in a request of its own, after the password.

use portreeve_testkit::{Call, Client, Session, TestServer};

use crate::support::*;

/// The first step: the pending cookie's value.
async fn pending(client: &Client) -> String {
    let answer = log_in(client, "cptest", "blahblah").await;
    answer.cookie("cpanelpending").expect("a pending cookie").to_owned()
}

fn second_step(client: &Client, cookie: &str, code: &str) -> Call {
    client.post("/login/?login_only=1").form(&[("tfa_token", code)]).cookie("cpanelpending", cookie)
}

#[tokio::test]
async fn the_code_alone_opens_the_session_with_the_pending_cookie() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let cookie = pending(&client).await;
    let without =
        client.post("/login/?login_only=1").form(&[("tfa_token", &server.code("cptest"))]).send().await;
    assert_login_refused(&without, "invalid_session");
    let answer = second_step(&client, &cookie, &server.code("cptest")).send().await;
    assert_logged_in(&answer);
    let taken_back = answer.set_cookie("cpanelpending").expect("the pending cookie's end");
    assert!(taken_back.starts_with("cpanelpending=no;"), "{taken_back}");
    assert!(Session::from_answer(client, Cpanel, &answer).expect("a session").lives().await);
}

#[tokio::test]
async fn a_browser_gets_the_challenge_page_and_goes_where_it_wanted() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let fields = [("user", "cptest"), ("pass", "blahblah"), ("goto_uri", "/frontend/x")];
    let page = client.post("/login/").form(&fields).send().await;
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.text().contains("id=\"tfa_login_form\""), "{page:?}");
    assert!(page.cookie("cpsession").is_none() && !page.shows_a_security_token(), "{page:?}");
    let cookie = page.cookie("cpanelpending").expect("a pending cookie").to_owned();
    let step =
        |code: &str| client.post("/login/").form(&[("tfa_token", code)]).cookie("cpanelpending", &cookie);
    let again = step(&server.wrong_code("cptest")).send().await;
    assert_eq!(again.status, 200, "{again:?}");
    assert!(again.text().contains("tfa_login_form"), "{again:?}");
    assert!(again.text().contains("The security code is invalid"), "{again:?}");
    let done = step(&server.code("cptest")).send().await;
    assert_eq!(done.status, 301, "{done:?}");
    assert!(done.header("Location").expect("a Location").ends_with("/frontend/x"), "{done:?}");
}

#[tokio::test]
async fn a_pending_login_takes_five_tries() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let cookie = pending(&client).await;
    let wrong = server.wrong_code("cptest");
    for _ in 0..4 {
        assert_login_refused(&second_step(&client, &cookie, &wrong).send().await, "tfa_invalid");
    }
    // the fifth may still be right
    let last = second_step(&client, &cookie, &server.code("cptest")).send().await;
    assert_logged_in(&last);

    server.pass_seconds(3600);
    let cookie = pending(&client).await;
    for _ in 0..5 {
        assert_login_refused(&second_step(&client, &cookie, &wrong).send().await, "tfa_invalid");
    }
    server.pass_seconds(60);
    let sixth = second_step(&client, &cookie, &server.code("cptest")).send().await;
    assert_login_refused(&sixth, "invalid_session");
}

#[tokio::test]
async fn a_pending_login_waits_five_minutes() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let (first, second) = (pending(&client).await, pending(&client).await);
    server.pass_seconds(299);
    assert_logged_in(&second_step(&client, &first, &server.code("cptest")).send().await);
    server.pass_seconds(30);
    let late = second_step(&client, &second, &server.code("cptest")).send().await;
    assert_login_refused(&late, "invalid_session");
}

#[tokio::test]
async fn a_pending_login_opens_one_session() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let cookie = pending(&client).await;
    assert_logged_in(&second_step(&client, &cookie, &server.code("cptest")).send().await);
    server.pass_seconds(60);
    let again = second_step(&client, &cookie, &server.code("cptest")).send().await;
    assert_login_refused(&again, "invalid_session");
}

#[tokio::test]
async fn a_pending_login_belongs_to_its_address_and_service() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let cookie = pending(&client).await;
    let code = server.code("cptest");
    let elsewhere = second_step(&client.from("127.0.0.9"), &cookie, &code).send().await;
    assert_login_refused(&elsewhere, "invalid_session");
    let other = server.client(Webmail).post("/login/?login_only=1").form(&[("tfa_token", &code)]);
    assert_login_refused(&other.cookie("webmailpending", &cookie).send().await, "invalid_session");
    assert_logged_in(&second_step(&client, &cookie, &code).send().await);
}

#[tokio::test]
async fn the_pending_cookie_is_worth_nothing_elsewhere() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let cookie = pending(&client).await;
    for name in ["cpanelpending", "cpsession"] {
        let answer = client.get(LIST_POPS).cookie(name, &cookie).send().await;
        assert_access_denied(&answer);
    }
    assert_logged_in(&second_step(&client, &cookie, &server.code("cptest")).send().await);
}

#[tokio::test]
async fn a_mailbox_has_a_second_factor_of_its_own() {
    let server = TestServer::start().await;
    let client = server.client(Webmail);
    let user = "tfa@plain.example";
    assert_login_refused(&log_in(&client, user, "mailpass").await, "tfa_required");
    let wrong = server.wrong_code(user);
    assert_login_refused(&log_in_with(&client, user, "mailpass", &wrong).await, "tfa_invalid");
    assert_logged_in(&log_in_with(&client, user, "mailpass", &server.code(user)).await);
    assert_logged_in(&log_in(&client, "user@plain.example", "mailpass").await);
}
