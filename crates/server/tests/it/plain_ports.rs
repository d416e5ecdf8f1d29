//! The plain ports, and plain HTTP on TLS ports.

use portreeve_testkit::TestServer;
use portreeve_types::Service;

use crate::support::*;

#[tokio::test]
async fn pages_move_to_tls_from_loopback_too() {
    let server = TestServer::start().await;
    for service in Service::ALL {
        for path in ["/", "/login", "/frontend/x", "/cpsess1234567890/x"] {
            let answer = server.plain_client(service).get(path).send().await;
            assert_eq!(answer.status, 301, "{path}: {answer:?}");
            let location = answer.header("Location").expect("a Location");
            assert!(
                location.starts_with(&format!("https://localhost:{}/", server.port(service, true))),
                "{location}"
            );
            assert!(!answer.shows_a_security_token(), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn api_calls_and_logins_are_answered_from_loopback() {
    let server = TestServer::start().await;
    let client = server.plain_client(Cpanel);
    assert_listed(&client.get(LIST_POPS).basic("plain", "plainpass").send().await);
    assert_listed(&client.post(LIST_POPS).basic("plain", "plainpass").send().await);
    let session = server.session_of(client.clone(), Cpanel, "plain").await;
    assert!(session.lives().await);
    let form = client.post("/login/").form(&[("user", "plain"), ("pass", "plainpass")]).send().await;
    assert_eq!(form.status, 301, "{form:?}");
    assert!(form.header("Location").expect("a Location").starts_with("/cpsess"), "{form:?}");
}

#[tokio::test]
async fn a_form_that_is_posted_to_a_page_is_not_carried_to_tls() {
    let server = TestServer::start().await;
    let answer = server.plain_client(Cpanel).post("/frontend/x").form(&[("a", "b")]).send().await;
    assert_eq!(answer.status, 403, "{answer:?}");
}

#[tokio::test]
async fn plain_http_on_a_tls_port_is_shown_the_way() {
    let server = TestServer::start().await;
    let client = server.plain_client_of_tls_port(Cpanel);
    for method in ["GET", "HEAD"] {
        let answer = client.call(method, "/login?x=1").send().await;
        assert_eq!(answer.status, 301, "{answer:?}");
        let location = format!("https://localhost:{}/login?x=1", server.port(Cpanel, true));
        assert_eq!(answer.header("Location"), Some(location.as_str()));
    }
    let post = client.post(LIST_POPS).basic("plain", "plainpass").form(&[("a", "b")]).send().await;
    assert_eq!((post.status, post.reason.as_str()), (400, "this is a TLS port"), "{post:?}");
    assert_listed(&server.client(Cpanel).post(LIST_POPS).basic("plain", "plainpass").send().await);
}

#[tokio::test]
async fn a_session_on_a_plain_port_can_log_out() {
    let server = TestServer::start().await;
    let session = server.session_of(server.plain_client(Cpanel), Cpanel, "plain").await;
    assert!(session.lives().await);
    assert_eq!(session.get("/logout/").send().await.status, 200);
    assert!(!session.lives().await);
}
