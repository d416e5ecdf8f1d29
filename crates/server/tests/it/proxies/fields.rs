//! Header fields that only a proxy may send, from somebody who is none.

use portreeve_testkit::{Call, SAID_BY_PROXIES, TestServer, TlsBy};

use super::*;

fn with_all(call: Call) -> Call {
    // beside the address of somebody, one of this machine's own
    let call = call.header("X-Forwarded-For", "127.0.0.1");
    SAID_BY_PROXIES.iter().fold(call, |call, (name, value)| call.header(name, value))
}

#[tokio::test]
async fn nobody_is_let_in_or_seen_elsewhere_by_a_field_of_a_proxys() {
    let server = TestServer::builder().behind_proxies().start().await;
    let header = format!("PROXY TCP4 {CLIENT} 192.0.2.80 4711 2083\r\n");
    for (client, address) in [
        (server.client(Cpanel).from("127.0.0.5"), "127.0.0.5"),
        (server.plain_client(Cpanel).from("127.0.0.5"), "127.0.0.5"),
        (server.socket_client(), "127.0.0.1"),
        (server.proxy_on_port(Cpanel, TlsBy::Server, header.as_bytes()), CLIENT),
    ] {
        let refused = with_all(client.get(LIST_POPS)).send().await;
        assert_access_denied(&refused);
        let heard = with_all(client.get(LIST_POPS)).basic("plain", "plainpass").send().await;
        assert_eq!(line(&server, &heard).await["address"], address, "{heard:?}");
    }
}

#[tokio::test]
async fn a_field_of_a_proxys_moves_no_count_and_no_session() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let claimed = |number: u8| client.clone().always("X-Forwarded-For", &format!("203.0.113.{number}"));
    for number in 0..5 {
        assert_eq!(log_in(&claimed(number), "plain", "wrong").await.retry_after(), None);
    }
    assert!(log_in(&claimed(6), "plain", "plainpass").await.retry_after().is_some());
    let session = server.session_of(claimed(7).from("127.0.0.8"), Cpanel, "plain").await;
    server.set("cookieipvalidation", "strict").await;
    let moved = client.from("127.0.0.9").always("X-Forwarded-For", "127.0.0.8");
    let call = moved.get(&format!("{}{LIST_POPS}", session.token));
    assert_access_denied(&session.with_cookie(call).send().await);
    assert!(session.lives().await);
}

#[tokio::test]
async fn pages_and_redirects_are_made_from_the_port_alone() {
    let server = TestServer::start().await;
    let moved = with_all(server.plain_client(Cpanel).get("/login")).send().await;
    let location = moved.header("Location").expect("a Location");
    assert!(location.starts_with(&format!("https://localhost:{}/", server.port(Cpanel, true))), "{location}");
    let opened = with_all(server.client(Cpanel).post("/login/?login_only=1"))
        .form(&[("user", "plain"), ("pass", "plainpass")])
        .send()
        .await;
    assert_logged_in(&opened);
    assert!(opened.set_cookie("cpsession").expect("a cookie").contains("; Secure"), "{opened:?}");
    assert!(!opened.text().contains("evil.example"), "{opened:?}");
}
