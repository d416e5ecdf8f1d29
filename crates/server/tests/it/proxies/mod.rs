//! Trusted proxies: whose address every rule sees, and that nobody else can say it.

mod fields;
mod ports;
mod sockets;

use portreeve_testkit::{Client, Response, TestServer};
use serde_json::Value;

use crate::support::*;

/// Two clients, as a proxy names them.
const CLIENT: &str = "203.0.113.7";
const OTHER: &str = "198.51.100.9";

/// The request's line in the log.
async fn line(server: &TestServer, answer: &Response) -> Value {
    serde_json::from_str(&server.line(answer.request_id()).await).expect("a line of JSON")
}

/// Asserts that a call is answered, and that its address in the log is this one.
async fn assert_seen_as(server: &TestServer, client: &Client, address: &str) {
    let answer = client.get(LIST_POPS).basic("plain", "plainpass").send().await;
    assert_listed(&answer);
    assert_eq!(line(server, &answer).await["address"], address);
}

/// Asserts that a client gets five wrong passwords and then has to wait, while another does not.
async fn assert_counted_apart(one: &Client, other: &Client) {
    for _ in 0..5 {
        assert_eq!(log_in(one, "plain", "wrong").await.retry_after(), None);
    }
    assert!(log_in(one, "plain", "plainpass").await.retry_after().is_some());
    assert_logged_in(&log_in(other, "plain", "plainpass").await);
}

/// Asserts that a client whose address is said to be this machine's own has nothing of what is open to it.
async fn assert_no_program_of_this_machine(near: &Client) {
    let refused = near.get(LIST_POPS).basic("plain", "plainpass").send().await;
    assert_eq!(refused.status, 403, "{refused:?}");
    assert_eq!(refused.reason, "Credentials need TLS: use the TLS port", "{refused:?}");
    let login = log_in(near, "plain", "plainpass").await;
    assert_eq!(login.status, 403, "{login:?}");
}
