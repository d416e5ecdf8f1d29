//! The encodings in which clients send a login.

use portreeve_testkit::TestServer;
use serde_json::json;

use crate::support::*;

const RIGHT: &str = "user=plain&pass=plainpass&login_only=1";
const WRONG: &str = "user=plain&pass=wrongpass&login_only=1";

#[tokio::test]
async fn an_urlencoded_body_may_have_any_label_or_none() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    for label in [
        None,
        Some("application/x-www-form-urlencoded"),
        Some("application/x-www-form-urlencoded; charset=utf-8"),
        Some("application/octet-stream"),
        Some("text/plain"),
        // PHP's curl, given a text and this label, sends no boundary
        Some("multipart/form-data"),
    ] {
        let answer = client.post("/login/").body(label, RIGHT.as_bytes()).send().await;
        assert_eq!(answer.status, 200, "{label:?}: {answer:?}");
        assert_logged_in(&answer);
        let answer = client.post("/login/").body(label, WRONG.as_bytes()).send().await;
        assert_login_refused(&answer, "invalid_login");
        assert_logged_in(&client.post("/login/").body(label, RIGHT.as_bytes()).send().await);
    }
}

#[tokio::test]
async fn multipart_is_read() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let code = server.code("cptest");
    let fields = [("user", "cptest"), ("pass", "blahblah"), ("tfa_token", &code), ("login_only", "1")];
    let wrong = [fields[0], ("pass", "wrong"), fields[2], fields[3]];
    assert_login_refused(&client.post("/login").multipart(&wrong).send().await, "invalid_login");
    assert_logged_in(&client.post("/login").multipart(&fields).send().await);
}

#[tokio::test]
async fn json_is_read_and_broken_json_is_told_so() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let body = json!({ "user": "plain", "pass": "plainpass", "login_only": 1 });
    assert_logged_in(&client.post("/login").json(&body).send().await);
    let broken = client.post("/login").body(Some("application/json"), b"{\"user\":").send().await;
    assert_eq!(broken.status, 400, "{broken:?}");
    assert!(broken.text().contains("not valid JSON"), "{broken:?}");
}

#[tokio::test]
async fn chunked_bodies_are_read() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let raw = |body: &str| {
        format!(
            "POST /login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n\
             5\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n",
            &body[..5],
            body.len() - 5,
            &body[5..],
        )
    };
    assert_logged_in(&client.raw(raw(RIGHT).as_bytes()).await);
    assert_login_refused(&client.raw(raw(WRONG).as_bytes()).await, "invalid_login");
}

#[tokio::test]
async fn a_line_end_after_an_urlencoded_body_belongs_to_no_value() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let body = "login_only=1&user=plain&pass=plainpass";
    for end in ["\n", "\r\n"] {
        assert_logged_in(&client.post("/login").body(None, format!("{body}{end}").as_bytes()).send().await);
    }
    let encoded = format!("{body}%0A");
    assert_login_refused(&client.post("/login").body(None, encoded.as_bytes()).send().await, "invalid_login");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_413() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let padded = |length: usize| format!("{RIGHT}&padding={}", "x".repeat(length));
    assert_logged_in(&client.post("/login").body(None, padded(60_000).as_bytes()).send().await);
    let answer = client.post("/login").body(None, padded(70_000).as_bytes()).send().await;
    assert_eq!(answer.status, 413, "{answer:?}");
}
