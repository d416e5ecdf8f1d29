//! How many connections the server takes.

use std::time::Duration;

use portreeve_testkit::{Client, Response, TestServer};

use crate::support::*;

/// The first thing that a connection hears without saying anything.
async fn heard(client: &Client) -> Response {
    let mut connection = client.connect().await;
    connection.read(false).await
}

/// Places are given back when the server notices that a connection ended.
async fn eventually_listed(client: &Client) {
    for _ in 0..100 {
        let mut connection = client.connect().await;
        let answer = client.get(LIST_POPS).basic("plain", "plainpass").send_on(&mut connection).await;
        if answer.status == 200 {
            return;
        }
        assert!(matches!(answer.status, 429 | 503), "{answer:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the places were not given back");
}

#[tokio::test]
async fn one_address_has_its_share_and_the_next_connection_is_429() {
    let server = TestServer::builder().connections_per_address(3).start().await;
    let client = server.plain_client(Cpanel);
    let held = [client.connect().await, client.connect().await, client.connect().await];
    let refused = heard(&client).await;
    assert_eq!(refused.status, 429, "{refused:?}");
    assert_eq!(refused.header("Connection"), Some("close"));
    let line = server.line(refused.request_id()).await;
    assert!(line.contains("\"status\":429"), "{line}");
    // another address is free
    let other = client.from("127.0.0.9");
    assert_listed(&other.get(LIST_POPS).basic("plain", "plainpass").send().await);
    drop(held);
    eventually_listed(&client).await;
}

#[tokio::test]
async fn a_full_server_says_503() {
    let server = TestServer::builder().connections(2).start().await;
    let client = server.plain_client(Cpanel);
    let held = [client.connect().await, client.from("127.0.0.9").connect().await];
    let refused = heard(&client.from("127.0.0.10")).await;
    assert_eq!(refused.status, 503, "{refused:?}");
    drop(held);
    eventually_listed(&client).await;
}

#[tokio::test]
async fn the_refusal_is_spoken_in_tls_on_a_tls_port() {
    let server = TestServer::builder().connections_per_address(1).start().await;
    let client = server.client(Cpanel);
    let held = client.connect().await;
    assert_eq!(heard(&client).await.status, 429);
    drop(held);
    eventually_listed(&client).await;
}
