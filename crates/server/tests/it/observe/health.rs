//! Whether the server can serve, as it says itself.

use std::time::Duration;

use portreeve_testkit::{Response, TestServer};

use super::{moved, scrape};
use crate::support::*;

/// The answer, once it has this status.
async fn health(server: &TestServer, status: u16) -> Response {
    for _ in 0..600 {
        let answer = server.monitor().get("/health").send().await;
        if answer.status == status {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("health is not {status}");
}

#[tokio::test]
async fn it_is_well_while_everything_is_there() {
    on_each_database(async |server: TestServer| {
        let answer = server.monitor().get("/health").send().await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "ok\n"));
        assert_eq!(scrape(&server).await["portreeve_records_up"], 1.0);
    })
    .await;
}

#[tokio::test]
async fn it_is_unwell_while_postgresql_is_gone_and_well_again_when_it_is_back() {
    let server = TestServer::builder().on_postgres().start().await;
    health(&server, 200).await;
    server.database().close().unwrap();
    assert_eq!(health(&server, 503).await.text(), "The records are out of reach.\n");
    let numbers = scrape(&server).await;
    assert_eq!(numbers["portreeve_records_up"], 0.0);
    assert!(!numbers.contains_key("portreeve_audit_trail_sequence"));
    let unavailable = moved(&server, async {
        let call = server.client(Cpanel).get(LIST_POPS).basic("plain", "wrong");
        assert_eq!(call.send().await.status, 503);
    });
    let unavailable = unavailable.await;
    for name in [
        "gate_outcomes_total{outcome=\"unavailable\"}",
        "http_requests_total{service=\"cpanel\",status=\"5xx\"}",
    ] {
        assert!(unavailable.contains(&(name.to_owned(), 1.0)), "{name}: {unavailable:?}");
    }
    server.database().open().unwrap();
    health(&server, 200).await;
    assert_listed(&server.client(Cpanel).get(LIST_POPS).basic("plain", "plainpass").send().await);
}

#[tokio::test]
async fn records_that_do_not_answer_are_waited_for_no_longer_than_two_seconds() {
    let server = TestServer::builder().on_postgres().start().await;
    health(&server, 200).await;
    let locked = server.database().lock("trail_heads").unwrap();
    let began = tokio::time::Instant::now();
    assert_eq!(health(&server, 503).await.text(), "The records are out of reach.\n");
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    drop(locked);
    health(&server, 200).await;
}
