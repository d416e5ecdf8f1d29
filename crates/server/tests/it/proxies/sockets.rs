//! A proxy on a Unix socket: each request names its client.

use portreeve_testkit::{Client, TestServer};

use super::*;

async fn start() -> TestServer {
    TestServer::builder().behind_proxies().start().await
}

/// A client behind the proxy, which speaks TLS with it.
fn behind(server: &TestServer, service: portreeve_types::Service, address: &str) -> Client {
    server.proxy_on_socket(service, true).always("X-Forwarded-For", address)
}

#[tokio::test]
async fn the_last_hop_is_the_client_whatever_the_client_wrote_before_it() {
    let server = start().await;
    assert_seen_as(&server, &behind(&server, Cpanel, CLIENT), CLIENT).await;
    assert_seen_as(&server, &behind(&server, Cpanel, &format!("127.0.0.1, junk,{CLIENT}")), CLIENT).await;
    assert_seen_as(&server, &behind(&server, Cpanel, "2001:DB8:0::7"), "2001:db8::7").await;
}

#[tokio::test]
async fn requests_of_one_connection_are_each_of_their_own_client() {
    let server = start().await;
    let proxy = server.proxy_on_socket(Cpanel, true);
    let mut connection = proxy.connect().await;
    for address in [CLIENT, OTHER, "2001:db8::7", CLIENT] {
        let call = proxy.get(LIST_POPS).header("X-Forwarded-For", address).basic("plain", "plainpass");
        let answer = call.send_on(&mut connection).await;
        assert_listed(&answer);
        assert_eq!(line(&server, &answer).await["address"], address);
    }
    // nothing of the one before is left
    let nobody = proxy.get(LIST_POPS).header("X-Forwarded-For", CLIENT).send_on(&mut connection).await;
    assert_access_denied(&nobody);
}

#[tokio::test]
async fn wrong_passwords_count_for_the_client_who_sent_them() {
    let server = start().await;
    assert_counted_apart(&behind(&server, Cpanel, CLIENT), &behind(&server, Cpanel, OTHER)).await;
}

#[tokio::test]
async fn each_service_has_a_socket_of_its_own() {
    let server = start().await;
    let basic = |client: Client, user: &str| client.get(LIST_POPS).basic(user, &server.password_of(user));
    let token = format!("whm asder:{ASDER_TOKEN}");
    for (service, call) in [
        (Cpanel, basic(behind(&server, Cpanel, CLIENT), "plain")),
        (Webmail, basic(behind(&server, Webmail, CLIENT), "user@plain.example")),
        (Whm, behind(&server, Whm, CLIENT).get(VERSION).header("Authorization", &token)),
    ] {
        let answer = call.send().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let line = line(&server, &answer).await;
        assert_eq!(line["service"], service.short());
        assert_eq!(line["port"], server.port(service, true));
    }
    // the host decides nothing here: it is the client's word
    let request =
        format!("GET {VERSION} HTTP/1.1\r\nHost: whm.localhost\r\nX-Forwarded-For: {CLIENT}\r\n\r\n");
    let answer = server.proxy_on_socket(Cpanel, true).raw(request.as_bytes()).await;
    assert_eq!(line(&server, &answer).await["service"], "cpanel");
}

#[tokio::test]
async fn a_session_is_bound_to_the_clients_address_and_to_tls() {
    let server = start().await;
    server.set("cookieipvalidation", "strict").await;
    let client = behind(&server, Cpanel, CLIENT);
    let opened = log_in(&client, "plain", "plainpass").await;
    let cookie = opened.set_cookie("cpsession").expect("a cookie");
    assert!(cookie.contains("; Secure"), "{cookie}");
    let session = server.session_of(client, Cpanel, "plain").await;
    assert!(session.lives().await);
    for elsewhere in [
        behind(&server, Cpanel, OTHER),
        server.client(Cpanel),
        server.proxy_on_socket(Cpanel, false).always("X-Forwarded-For", CLIENT),
    ] {
        let call = elsewhere.get(&format!("{}{LIST_POPS}", session.token));
        assert_ne!(session.with_cookie(call).send().await.status, 200);
    }
    // the same server, the same TLS: by which way in the client comes is no matter
    server.set("cookieipvalidation", "disabled").await;
    let call = server.client(Cpanel).get(&format!("{}{LIST_POPS}", session.token));
    assert_listed(&session.with_cookie(call).send().await);
}

#[tokio::test]
async fn a_token_is_good_from_its_networks_as_the_proxy_names_them() {
    let server = start().await;
    let session = server.session(Whm, "asder").await;
    let fields = [("token_name", "near"), ("whitelist_ip-0", "203.0.113.0/24")];
    let made = session.post("/json-api/api_token_create?api.version=1").form(&fields).send().await.json();
    let token = format!("whm asder:{}", made["data"]["token"].as_str().expect("a token"));
    let call = |client: Client| client.get(VERSION).header("Authorization", &token).send();
    assert_eq!(call(behind(&server, Whm, CLIENT)).await.status, 200);
    assert_eq!(call(behind(&server, Whm, OTHER)).await.status, 403);
    assert_eq!(call(server.client(Whm)).await.status, 403);
}

#[tokio::test]
async fn a_proxy_that_does_not_name_one_client_is_refused() {
    let server = start().await;
    let proxy = server.proxy_on_socket(Cpanel, true);
    let twice = proxy.clone().always("X-Forwarded-For", CLIENT).always("x-forwarded-for", CLIENT);
    for (client, why) in [
        (proxy.clone(), "does not name its client"),
        (proxy.clone().always("X-Real-IP", CLIENT), "does not name its client"),
        (proxy.clone().always("Forwarded", &format!("for={CLIENT}")), "does not name its client"),
        (twice, "twice"),
        (behind(&server, Cpanel, ""), "does not end with a client's address"),
        (behind(&server, Cpanel, "unix:"), "does not end with a client's address"),
        (behind(&server, Cpanel, &format!("{CLIENT}, ")), "does not end with a client's address"),
        (behind(&server, Cpanel, &format!("{CLIENT}:4711")), "does not end with a client's address"),
        (behind(&server, Cpanel, "0.0.0.0"), "does not end with a client's address"),
    ] {
        // the right password, the login page, and an address that is nobody's: all alike
        for call in
            [client.get(LIST_POPS).basic("plain", "plainpass"), client.get("/login"), client.get("/x")]
        {
            let mut connection = client.connect().await;
            let answer = call.send_on(&mut connection).await;
            assert_eq!((answer.status, answer.reason.as_str()), (400, "the proxy does not name its client"));
            assert!(answer.text().contains(why), "{answer:?}");
            assert!(connection.is_closed().await);
            let line = line(&server, &answer).await;
            assert!(line["address"].is_null() && line["caller"].is_null(), "{line}");
        }
    }
    assert_seen_as(&server, &behind(&server, Cpanel, CLIENT), CLIENT).await;
}

#[tokio::test]
async fn what_is_no_request_is_refused_without_an_address() {
    let server = start().await;
    let answer = server.proxy_on_socket(Cpanel, true).raw(b"GET / HTTP/9.9\r\n\r\n").await;
    assert_eq!(answer.status, 400, "{answer:?}");
    let line = line(&server, &answer).await;
    assert!(line["address"].is_null(), "{line}");
    assert_eq!(line["service"], "cpanel");
}

#[tokio::test]
async fn nobody_behind_a_proxy_is_a_program_of_this_machine() {
    let server = start().await;
    let plain = |address: &str| server.proxy_on_socket(Cpanel, false).always("X-Forwarded-For", address);
    for near in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
        assert_no_program_of_this_machine(&plain(near)).await;
        // the kernel says that root connects, which is the proxy's matter: its clients are not root
        let peer = behind(&server, Whm, near).get(VERSION).header("Authorization", "peer root").send().await;
        assert_json_access_denied(&peer);
    }
    let page = plain("127.0.0.1").get("/").send().await;
    assert_eq!(page.status, 301, "{page:?}");
    server.set("requiressl", "0").await;
    assert_seen_as(&server, &plain("127.0.0.1"), "127.0.0.1").await;
    let opened = log_in(&plain(CLIENT), "plain", "plainpass").await;
    assert!(!opened.set_cookie("cpsession").expect("a cookie").contains("Secure"), "{opened:?}");
}

#[tokio::test]
async fn a_full_server_tells_its_proxy() {
    let server = TestServer::builder().behind_proxies().connections(2).start().await;
    let proxy = server.proxy_on_socket(Cpanel, true);
    let _held = [proxy.connect().await, proxy.connect().await];
    let refused = proxy.connect().await.read(false).await;
    assert_eq!(refused.status, 503, "{refused:?}");
    // the ports have places of their own
    assert_listed(&server.client(Cpanel).get(LIST_POPS).basic("plain", "plainpass").send().await);
}
