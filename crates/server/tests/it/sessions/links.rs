//! Links that log in: what the tests of temporary sessions share.

use portreeve_testkit::{Response, Session, TestServer};
use portreeve_types::Service;
use serde_json::Value;

/// A link's path and query on its service's port.
pub fn path(url: &str) -> &str {
    let rest = url.strip_prefix("https://").expect("an address of a TLS port");
    rest.find('/').map(|slash| &rest[slash..]).expect("a path")
}

/// What `create_user_session` answers to a WHM session.
pub async fn create(maker: &Session, user: &str, service: Service) -> Response {
    let fields = [("user", user), ("service", service.daemon())];
    maker.post("/json-api/create_user_session?api.version=1").form(&fields).send().await
}

/// The data of one that was made.
pub async fn created(maker: &Session, user: &str, service: Service) -> Value {
    let answer = create(maker, user, service).await;
    assert_eq!(answer.json()["metadata"]["reason"], "Created session", "{answer:?}");
    answer.json()["data"].clone()
}

/// A session that came of a link.
pub async fn linked(server: &TestServer, maker: &Session, user: &str, service: Service) -> Session {
    let data = created(maker, user, service).await;
    let client = server.client(service);
    let answer = client.get(path(data["url"].as_str().expect("an address"))).send().await;
    Session::from_answer(client, service, &answer).expect("a session")
}

/// Asserts the login page that says the link is worth nothing, and sets nothing.
#[track_caller]
pub fn assert_worthless(answer: &Response) {
    assert_eq!(answer.status, 401, "{answer:?}");
    assert!(answer.text().contains("Your session is over."), "{answer:?}");
    assert!(!answer.shows_a_security_token(), "{answer:?}");
    for service in Service::ALL {
        assert_eq!(answer.cookie(service.session_cookie()), None, "{answer:?}");
    }
}
