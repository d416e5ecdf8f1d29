//! A function's arguments, however they come.

use portreeve_testkit::{Call, TestServer};
use serde_json::json;

use crate::support::*;

fn passwd(server: &TestServer, target: &str) -> Call {
    server.client(Cpanel).post(&format!("/execute/Email/passwd_pop{target}")).basic("plain", "plainpass")
}

#[tokio::test]
async fn arguments_come_in_query_form_multipart_and_json_alike() {
    let server = TestServer::start().await;
    let fields = [("email", "user@plain.example"), ("password", "a-long-enough-secret")];
    let body = "email=user&password=a-long-enough-secret";
    for answer in [
        passwd(&server, &format!("?{body}")).send().await,
        passwd(&server, "").form(&fields).send().await,
        passwd(&server, "").multipart(&fields).send().await,
        passwd(&server, "")
            .json(&json!({ "email": "user", "password": "a-long-enough-secret" }))
            .send()
            .await,
        passwd(&server, "").body(None, body.as_bytes()).send().await,
        passwd(&server, "?email=user").form(&fields[1..]).send().await,
    ] {
        assert_eq!((answer.status, answer.json()["status"].as_i64()), (200, Some(1)), "{answer:?}");
    }
}

#[tokio::test]
async fn an_error_names_the_argument() {
    let server = TestServer::start().await;
    let missing = passwd(&server, "?email=user").send().await.json();
    assert_eq!(missing["errors"][0], "The “password” argument is required.", "{missing}");
    let short = passwd(&server, "?email=user&password=short").send().await.json();
    assert!(short["errors"][0].as_str().expect("an error").starts_with("The “password” argument is invalid"));
    // and never its value
    assert!(!short.to_string().contains("\"short"), "{short}");
}

#[tokio::test]
async fn what_cannot_be_read_is_400_and_changes_nothing() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let post = |kind: &str, body: &[u8]| {
        let call = client.post("/execute/Email/delete_pop?email=user").basic("plain", "plainpass");
        call.body(Some(kind), body)
    };
    for (kind, body) in [
        ("application/json", &b"{"[..]),
        ("application/json", b"[1]"),
        ("application/json", b"\"text\""),
        ("application/x-www-form-urlencoded", b"a=%ff"),
        ("multipart/form-data; boundary=x", b"no parts at all"),
    ] {
        let answer = post(kind, body).send().await;
        assert_eq!(answer.status, 400, "{kind}: {answer:?}");
        assert_eq!(answer.text().lines().count(), 1, "{answer:?}");
    }
    assert!(server.home("plain").join("mail/plain.example/user").is_dir());
    assert_eq!(post("application/json", b"{}").send().await.json()["status"], 1);
    assert!(!server.home("plain").join("mail/plain.example/user").exists());
}

#[tokio::test]
async fn a_body_that_is_too_large_is_413() {
    let server = TestServer::start().await;
    let call = |length: usize| {
        let call = server.client(Cpanel).post(LIST_POPS).basic("plain", "plainpass");
        call.body(None, format!("padding={}", "x".repeat(length)).as_bytes())
    };
    assert_listed(&call(1_000_000).send().await);
    let answer = call(1_100_000).send().await;
    assert_eq!(answer.status, 413, "{answer:?}");
}
