//! What a login is answered with when it is wrong.

use portreeve_store::Authority;
use portreeve_testkit::TestServer;

use crate::support::*;

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_look_the_same() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let wrong = log_in(&client, "plain", "wrong").await;
    let unknown = log_in(&client, "nobodyhere", "wrong").await;
    let mailbox = log_in(&client, "nobody@plain.example", "wrong").await;
    for answer in [&wrong, &unknown, &mailbox] {
        assert_login_refused(answer, "invalid_login");
        assert_eq!(answer.reason, "Unauthorized", "{answer:?}");
        assert_eq!(answer.header("Connection"), Some("close"));
        let names = |answer: &portreeve_testkit::Response| {
            answer.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(answer), names(&wrong));
    }
    assert_logged_in(&log_in(&client, "plain", "plainpass").await);
}

#[tokio::test]
async fn a_wrong_password_is_invalid_login_whatever_the_code() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let right = server.code("cptest");
    assert_login_refused(&log_in_with(&client, "cptest", "wrong", &right).await, "invalid_login");
    let wrong = server.wrong_code("cptest");
    assert_login_refused(&log_in_with(&client, "cptest", "wrong", &wrong).await, "invalid_login");
    // and it burned nothing
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &right).await);
}

#[tokio::test]
async fn a_missing_code_is_tfa_required_with_a_pending_cookie_and_no_session() {
    let server = TestServer::start().await;
    let answer = log_in(&server.client(Cpanel), "cptest", "blahblah").await;
    assert_login_refused(&answer, "tfa_required");
    assert_eq!(answer.reason, "Security code required");
    let cookie = answer.set_cookie("cpanelpending").expect("a pending cookie");
    for attribute in ["; HttpOnly", "; Path=/login", "; SameSite=Lax", "; Secure"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
}

#[tokio::test]
async fn a_wrong_code_is_tfa_invalid() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    for code in [server.wrong_code("cptest").as_str(), "abcdef", "1234567"] {
        let answer = log_in_with(&client, "cptest", "blahblah", code).await;
        assert_login_refused(&answer, "tfa_invalid");
        assert_eq!(answer.reason, "Security code invalid");
    }
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &server.code("cptest")).await);
}

#[tokio::test]
async fn no_user_is_no_username() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let answer = client.post("/login?login_only=1").form(&[("pass", "x")]).send().await;
    assert_login_refused(&answer, "no_username");
    let answer = client.post("/login?login_only=1").form(&[("user", ""), ("pass", "x")]).send().await;
    assert_login_refused(&answer, "no_username");
    let answer = client.get("/login?login_only=1").send().await;
    assert_login_refused(&answer, "no_username");
}

#[tokio::test]
async fn a_wrong_form_shows_the_page_again_with_what_was_wrong() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let page = client.post("/login/").form(&[("user", "plain"), ("pass", "wrong")]).send().await;
    assert_eq!(page.status, 401, "{page:?}");
    for part in ["<html", "action=\"/login/\"", "name=\"user\"", "name=\"pass\"", "The login is invalid."] {
        assert!(page.text().contains(part), "{part}: {page:?}");
    }
    assert!(!page.shows_a_security_token() && page.cookie("cpsession").is_none(), "{page:?}");
    assert_eq!(page.header("Cache-Control"), Some("no-cache, no-store, must-revalidate, private"));
}

#[tokio::test]
async fn a_refusal_never_holds_a_security_token_that_the_request_named() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    for query in
        ["goto_uri=/cpsess1234567890/x", "goto_uri=/x?cpsess1234567890", "user=cpsess1234567890&pass=x"]
    {
        let page = client.post(&format!("/login/?{query}")).form(&[("pass", "wrong")]).send().await;
        assert_eq!(page.status, 401, "{page:?}");
        assert!(!page.shows_a_security_token(), "{page:?}");
    }
    let page = client.get("/cpsess1234567890/frontend/x").send().await;
    assert_eq!(page.status, 401, "{page:?}");
    assert!(!page.shows_a_security_token(), "{page:?}");
}

#[tokio::test]
async fn a_link_on_another_site_logs_nobody_in() {
    let server = TestServer::start().await;
    let link = server.client(Cpanel).get("/login?user=plain&pass=plainpass");
    let page = link.clone().header("Sec-Fetch-Site", "cross-site").send().await;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(page.cookie("cpsession"), None);
    assert_eq!(link.send().await.status, 301);
}

#[tokio::test]
async fn a_suspended_account_and_its_mailboxes_cannot_log_in() {
    let server = TestServer::start().await;
    let (cpanel, webmail) = (server.client(Cpanel), server.client(Webmail));
    assert_logged_in(&log_in(&cpanel, "plain", "plainpass").await);
    assert_logged_in(&log_in(&webmail, "user@plain.example", "mailpass").await);
    let plain = server.store().account(&"plain".parse().unwrap()).await.unwrap().unwrap();
    server.store().suspend_account(plain.id, "a reason", false, Authority::Owner).await.unwrap();
    assert_login_refused(&log_in(&cpanel, "plain", "plainpass").await, "invalid_login");
    assert_login_refused(&log_in(&webmail, "user@plain.example", "mailpass").await, "invalid_login");
}
