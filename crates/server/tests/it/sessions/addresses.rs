//! Sessions that are bound to an address.

use portreeve_testkit::TestServer;

use crate::support::*;

#[tokio::test]
async fn from_where_a_cookie_is_good_is_a_policy() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel).from("127.0.0.1");
    let session = server.session_of(client, Cpanel, "plain").await;
    for (policy, near, far) in [
        (None, true, false),
        (Some("disabled"), true, true),
        (Some("loose"), true, false),
        (Some("strict"), false, false),
    ] {
        if let Some(policy) = policy {
            server.set("cookieipvalidation", policy).await;
        }
        for (address, good) in [("127.0.0.1", true), ("127.0.0.200", near), ("127.0.1.1", far)] {
            let moved = session.client.from(address);
            let call = moved.get(&format!("{}{LIST_POPS}", session.token));
            let answer = session.with_cookie(call).send().await;
            eprintln!("{policy:?} {address}");
            if good {
                assert_listed(&answer)
            } else {
                assert_access_denied(&answer)
            }
            let page = session.with_cookie(moved.get(&format!("{}/", session.token))).send().await;
            assert_eq!(page.status, if good { 200 } else { 401 }, "{page:?}");
            assert_eq!(page.text().contains("Your address is another one"), !good, "{page:?}");
        }
        assert!(session.lives().await, "a request from elsewhere ends nothing");
    }
}

#[tokio::test]
async fn a_request_from_elsewhere_counts_neither_as_a_use_nor_as_a_guess() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let far = session.client.from("127.0.1.1");
    for number in 0..101 {
        let path = format!("/cpsess{}{LIST_POPS}", 1_000_000_000_u64 + number);
        assert_access_denied(&session.with_cookie(far.get(&path)).send().await);
    }
    assert!(session.lives().await);
    server.pass_seconds(29 * 60);
    assert_access_denied(
        &session.with_cookie(far.get(&format!("{}{LIST_POPS}", session.token))).send().await,
    );
    server.pass_seconds(60);
    assert!(!session.lives().await);
}
