//! Methods, connections, and the fields that every answer has.

use portreeve_testkit::TestServer;

use crate::support::*;

#[tokio::test]
async fn head_is_answered_as_get_without_a_body() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let get = client.get(LIST_POPS).basic("plain", "plainpass").send().await;
    let head = client.call("HEAD", LIST_POPS).basic("plain", "plainpass").send().await;
    assert_eq!((head.status, head.header("Content-Length")), (200, get.header("Content-Length")));
    assert!(head.body.is_empty());
    // and nothing of a body follows on the connection
    let mut connection = client.connect().await;
    for _ in 0..2 {
        let head = client.call("HEAD", LIST_POPS).basic("plain", "plainpass").send_on(&mut connection).await;
        assert_eq!(head.status, 200, "{head:?}");
    }
    assert_listed(&client.get(LIST_POPS).basic("plain", "plainpass").send_on(&mut connection).await);
}

#[tokio::test]
async fn other_methods_are_405() {
    let server = TestServer::start().await;
    for method in ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"] {
        let answer = server.client(Cpanel).call(method, LIST_POPS).basic("plain", "plainpass").send().await;
        assert_eq!(answer.status, 405, "{method}: {answer:?}");
        assert!(answer.header("Allow").expect("Allow").contains("POST"), "{answer:?}");
    }
    let post = server.client(Cpanel).post(LIST_POPS).basic("plain", "plainpass").send().await;
    assert_listed(&post);
}

#[tokio::test]
async fn every_answer_has_its_protective_fields_spelled_as_the_field_does() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let session = server.session(Cpanel, "plain").await;
    for answer in [
        client.get(LIST_POPS).basic("plain", "plainpass").send().await,
        client.get(LIST_POPS).send().await,
        client.get("/").send().await,
        client.post("/login").form(&[("user", "plain"), ("pass", "plainpass")]).send().await,
        session.get("/").send().await,
        session.get("/nothing").send().await,
        client.raw(b"GET / HTTP/1.1\r\n\r\n").await,
    ] {
        let names: Vec<&str> = answer.headers.iter().map(|(name, _)| name.as_str()).collect();
        for name in [
            "Content-Type",
            "Cache-Control",
            "X-Content-Type-Options",
            "X-Request-Id",
            "Content-Length",
            "Date",
        ] {
            assert_eq!(names.iter().filter(|other| **other == name).count(), 1, "{name}: {answer:?}");
        }
        assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"));
        assert!(!answer.reason.is_empty(), "{answer:?}");
    }
}

#[tokio::test]
async fn http_1_0_is_answered_and_closed() {
    let server = TestServer::start().await;
    let mut connection = server.client(Cpanel).connect().await;
    connection
        .write(b"GET /execute/Email/list_pops HTTP/1.0\r\nAuthorization: Basic cGxhaW46cGxhaW5wYXNz\r\n\r\n")
        .await;
    let answer = connection.read(false).await;
    assert_listed(&answer);
    assert_eq!(answer.header("Transfer-Encoding"), None);
    assert!(connection.is_closed().await);
}
