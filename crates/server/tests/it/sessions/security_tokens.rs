//! The security token beside the cookie.

use portreeve_testkit::{Response, TestServer};

use crate::support::*;

fn assert_token_refused(answer: &Response, sentence: &str) {
    assert_eq!(answer.status, 401, "{answer:?}");
    assert!(answer.text().contains(sentence), "{answer:?}");
    assert!(!answer.shows_a_security_token(), "{answer:?}");
}

const MISSING: &str = "The security token is missing from your request.";
const WRONG: &str = "The security token in your request is invalid.";

#[tokio::test]
async fn a_cookie_without_its_token_is_refused_in_the_surfaces_own_envelope() {
    let server = TestServer::start().await;
    let cpanel = server.session(Cpanel, "plain").await;
    let whm = server.session(Whm, "root").await;
    let missing = cpanel.with_cookie(cpanel.client.get(LIST_POPS)).send().await;
    assert_token_refused(&missing, MISSING);
    assert_eq!(
        (missing.json()["status"].as_i64(), missing.json()["errors"][0].as_str()),
        (Some(0), Some(MISSING))
    );
    let wrong = cpanel.with_cookie(cpanel.client.get(&format!("/cpsess1234567890{LIST_POPS}"))).send().await;
    assert_token_refused(&wrong, WRONG);
    assert_eq!(wrong.json()["errors"][0], WRONG);
    let missing = whm.with_cookie(whm.client.get(VERSION)).send().await;
    assert_token_refused(&missing, MISSING);
    assert_eq!(missing.json()["cpanelresult"]["error"], MISSING);
    let wrong = whm.with_cookie(whm.client.get(&format!("/cpsess1234567890{VERSION}"))).send().await;
    assert_token_refused(&wrong, WRONG);
    assert_eq!(wrong.json()["cpanelresult"]["error"], WRONG);
    assert!(cpanel.lives().await && whm.lives().await);
}

#[tokio::test]
async fn a_token_without_its_cookie_is_refused_with_a_hint() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let answer = session.client.get(&format!("{}{LIST_POPS}", session.token)).send().await;
    assert_access_denied(&answer);
    assert!(answer.reason.contains("session cookie missing"), "{answer:?}");
    assert!(session.lives().await);
}

#[tokio::test]
async fn a_token_of_another_session_is_wrong_for_this_one() {
    let server = TestServer::start().await;
    let (one, other) = (server.session(Cpanel, "plain").await, server.session(Cpanel, "asder").await);
    let crossed = one.with_cookie(one.client.get(&format!("{}{LIST_POPS}", other.token))).send().await;
    assert_token_refused(&crossed, WRONG);
    assert!(one.lives().await && other.lives().await);
}

#[tokio::test]
async fn a_navigation_to_a_safe_page_is_led_to_it_under_the_right_token() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let navigate = |path: &str| {
        let call = session.with_cookie(session.client.get(path));
        call.header("Sec-Fetch-Mode", "navigate").header("Sec-Fetch-Dest", "document")
    };
    for path in ["/", "/cpsess1234567890/", "/frontend/portreeve/index.html"] {
        let answer = navigate(path).send().await;
        assert_eq!(answer.status, 307, "{path}: {answer:?}");
        let location = answer.header("Location").expect("a Location");
        assert!(location.starts_with(&format!("{}/", session.token)), "{location}");
        let page = session.with_cookie(session.client.get(location)).send().await;
        assert_eq!(page.status, 200, "{page:?}");
        assert!(page.text().contains("logged_in_as"), "{page:?}");
    }
    // what is no page of ours, and what is no navigation, is not led on
    assert_token_refused(&navigate("/frontend/other/index.html").send().await, MISSING);
    assert_token_refused(&navigate(LIST_POPS).send().await, MISSING);
    let script = session.with_cookie(session.client.get("/")).send().await;
    assert_token_refused(&script, MISSING);
    let image = session.with_cookie(session.client.get("/")).header("Sec-Fetch-Mode", "navigate");
    assert_token_refused(&image.header("Sec-Fetch-Dest", "iframe").send().await, MISSING);
}

#[tokio::test]
async fn a_page_without_its_token_asks_for_the_password_again() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let page = session.with_cookie(session.client.get("/cpsess1234567890/frontend/x")).send().await;
    assert_token_refused(&page, WRONG);
    for part in ["<html", "name=\"pass\"", "name=\"goto_uri\" value=\"/frontend/x\""] {
        assert!(page.text().contains(part), "{part}: {page:?}");
    }
}

#[tokio::test]
async fn a_hundred_wrong_tokens_end_the_session() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let mut connection = session.client.connect().await;
    for number in 0..99_u64 {
        let path = format!("/cpsess{}{LIST_POPS}", 1_000_000_000 + number);
        let answer = session.with_cookie(session.client.get(&path)).send_on(&mut connection).await;
        assert_token_refused(&answer, WRONG);
        connection = session.client.connect().await;
    }
    assert!(session.lives().await);
    let last = session.with_cookie(session.client.get(&format!("/cpsess2000000000{LIST_POPS}"))).send().await;
    assert_eq!(last.status, 401, "{last:?}");
    assert!(!session.lives().await);
}

#[tokio::test]
async fn a_reader_who_is_led_to_the_right_page_is_not_counted() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    for _ in 0..120 {
        let old = session.with_cookie(session.client.get("/cpsess9999999999/"));
        let old = old.header("Sec-Fetch-Mode", "navigate").header("Sec-Fetch-Dest", "document");
        assert_eq!(old.send().await.status, 307);
    }
    assert!(session.lives().await);
}

#[tokio::test]
async fn wrong_tokens_over_a_longer_time_end_nothing() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    for number in 0..110_u64 {
        server.pass_seconds(10);
        let path = format!("/cpsess{}{LIST_POPS}", 1_000_000_000 + number);
        let answer = session.with_cookie(session.client.get(&path)).send().await;
        assert_token_refused(&answer, WRONG);
    }
    assert!(session.lives().await);
}

#[tokio::test]
async fn the_token_of_an_earlier_session_of_the_same_user_is_no_guess() {
    let server = TestServer::start().await;
    let earlier = server.session(Cpanel, "plain").await;
    let session = server.session(Cpanel, "plain").await;
    let path = format!("{}{LIST_POPS}", earlier.token);
    for _ in 0..101 {
        assert_token_refused(&session.with_cookie(session.client.get(&path)).send().await, WRONG);
    }
    assert!(session.lives().await);
}
