//! How long a session lasts.

use portreeve_testkit::TestServer;

use crate::support::*;

const EXPIRED: &str = "Your session has expired. Please log in again.";

#[tokio::test]
async fn a_session_rests_at_most_half_an_hour() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    for _ in 0..3 {
        server.pass_seconds(29 * 60);
        assert!(session.lives().await);
    }
    server.pass_seconds(30 * 60);
    let answer = session.get(LIST_POPS).send().await;
    assert_eq!(answer.status, 401, "{answer:?}");
    assert_eq!(answer.json()["errors"][0], EXPIRED, "{answer:?}");
    let page = session.get("/").send().await;
    assert_eq!(page.status, 401, "{page:?}");
    assert!(page.text().contains(EXPIRED), "{page:?}");
}

#[tokio::test]
async fn a_refused_request_is_no_use_of_the_session() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    server.pass_seconds(29 * 60);
    let missing = session.with_cookie(session.client.get(LIST_POPS)).send().await;
    let wrong =
        session.with_cookie(session.client.get(&format!("/cpsess1234567890{LIST_POPS}"))).send().await;
    assert_eq!((missing.status, wrong.status), (401, 401), "{missing:?} {wrong:?}");
    server.pass_seconds(60);
    assert!(!session.lives().await);
}

#[tokio::test]
async fn a_session_lasts_at_most_a_day() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    for _ in 0..71 {
        server.pass_seconds(20 * 60);
        assert!(session.lives().await);
    }
    server.pass_seconds(20 * 60);
    let answer = session.get(LIST_POPS).send().await;
    assert_eq!((answer.status, answer.json()["errors"][0].as_str()), (401, Some(EXPIRED)));
}

#[tokio::test]
async fn both_times_are_settings() {
    let server = TestServer::start().await;
    server.set("session.idle_minutes", "5").await;
    server.set("session.absolute_hours", "1").await;
    let session = server.session(Cpanel, "plain").await;
    for _ in 0..14 {
        server.pass_seconds(4 * 60);
        assert!(session.lives().await);
    }
    server.pass_seconds(4 * 60);
    assert!(!session.lives().await);
    let session = server.session(Cpanel, "plain").await;
    server.pass_seconds(5 * 60);
    assert!(!session.lives().await);
}
