//! Proxies on a port, and on a socket for the same: each connection names its client, by the PROXY protocol.

use std::net::Ipv4Addr;
use std::time::Duration;

use portreeve_testkit::{Client, NEIGHBOUR, TestServer, TlsBy};

use super::*;

async fn start() -> TestServer {
    TestServer::builder().behind_proxies().start().await
}

/// A way in on which each connection names its client, and the proxy on it.
type Way = fn(&TestServer, portreeve_types::Service, TlsBy, &[u8]) -> Client;

/// Both ways in: for proxies of other machines, and of this one.
const WAYS: [Way; 2] = [TestServer::proxy_on_port, TestServer::proxy_on_naming_socket];

/// The line of version 1.
fn version_1(client: &str) -> Vec<u8> {
    format!("PROXY TCP4 {client} 192.0.2.80 4711 2083\r\n").into_bytes()
}

/// The bytes of version 2, with a note that nobody has to read.
fn version_2(client: &str) -> Vec<u8> {
    let client: Ipv4Addr = client.parse().unwrap();
    let mut header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x11".to_vec();
    header.extend(client.octets());
    header.extend([192, 0, 2, 80, 0x12, 0x67, 0x08, 0x23, 0x04, 0, 2, 0, 0]);
    header
}

#[tokio::test]
async fn the_header_names_the_client_in_both_versions_before_tls_and_without() {
    let server = start().await;
    let kinds = [TlsBy::Server, TlsBy::Proxy].into_iter().flat_map(|kind| WAYS.map(|way| (way, kind)));
    for (way, kind, header) in
        kinds.flat_map(|(way, kind)| [version_1(CLIENT), version_2(CLIENT)].map(|header| (way, kind, header)))
    {
        let client = way(&server, Cpanel, kind, &header);
        assert_seen_as(&server, &client, CLIENT).await;
        let opened = log_in(&client, "plain", "plainpass").await;
        assert!(opened.set_cookie("cpsession").expect("a cookie").contains("; Secure"), "{opened:?}");
        // the port is the one that the client spoke to
        assert_eq!(line(&server, &opened).await["port"], 2083);
    }
}

#[tokio::test]
async fn wrong_passwords_count_for_the_client_who_sent_them() {
    for way in WAYS {
        let server = start().await;
        let client = |address: &str| way(&server, Cpanel, TlsBy::Server, &version_2(address));
        assert_counted_apart(&client(CLIENT), &client(OTHER)).await;
    }
}

#[tokio::test]
async fn each_client_has_its_share_of_connections() {
    for way in WAYS {
        let server = TestServer::builder().behind_proxies().connections_per_address(1).start().await;
        let client = |address: &str| way(&server, Cpanel, TlsBy::Proxy, &version_1(address));
        let _held = client(CLIENT).connect().await;
        assert_eq!(client(CLIENT).connect().await.read(false).await.status, 429);
        assert_seen_as(&server, &client(OTHER), OTHER).await;
    }
}

#[tokio::test]
async fn a_header_may_come_in_pieces_and_together_with_what_follows_it() {
    let server = start().await;
    let request = format!("GET {LIST_POPS} HTTP/1.1\r\nHost: x\r\n\r\n");
    let headers = [version_1(CLIENT), version_2(CLIENT)];
    for (way, header) in WAYS.into_iter().flat_map(|way| headers.each_ref().map(|header| (way, header))) {
        let whole = [&header[..], request.as_bytes()].concat();
        let answer = way(&server, Cpanel, TlsBy::Proxy, &whole).connect().await.read(false).await;
        assert_eq!(line(&server, &answer).await["address"], CLIENT);
        let mut connection = way(&server, Cpanel, TlsBy::Proxy, b"").connect().await;
        for byte in whole {
            connection.write(&[byte]).await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let answer = connection.read(false).await;
        assert_eq!(line(&server, &answer).await["address"], CLIENT);
    }
}

#[tokio::test]
async fn a_trusted_proxy_that_does_not_name_a_client_hears_nothing() {
    let server = start().await;
    let before = server.lines().len();
    let local = b"\r\n\r\n\0\r\nQUIT\n\x20\x00\0\0".to_vec();
    for header in [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00".to_vec(),
        b"PROXY UNKNOWN\r\nGET / HTTP/1.1\r\n\r\n".to_vec(),
        b"PROXY TCP4 0.0.0.0 192.0.2.80 1 2\r\nGET / HTTP/1.1\r\n\r\n".to_vec(),
        b"PROXY TCP4 203.0.113.7 192.0.2.80 1 2\nGET / HTTP/1.1\r\n\r\n".to_vec(),
        [&local[..], b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"].concat(),
    ] {
        for (way, kind) in WAYS.into_iter().flat_map(|way| [(way, TlsBy::Proxy), (way, TlsBy::Nobody)]) {
            let mut connection = way(&server, Cpanel, kind, &header).connect().await;
            assert_eq!(connection.rest().await, b"", "{}", header.escape_ascii());
        }
    }
    assert_eq!(server.lines().len(), before, "{:?}", server.lines());
}

#[tokio::test]
async fn a_proxy_that_is_silent_is_not_waited_for() {
    let server = start().await;
    for header in [&b""[..], b"PROXY TCP4 203", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"] {
        let [on_port, on_socket] = WAYS.map(|way| way(&server, Cpanel, TlsBy::Proxy, header));
        let (mut on_port, mut on_socket) = tokio::join!(on_port.connect(), on_socket.connect());
        let closed = tokio::join!(on_port.is_closed(), on_socket.is_closed());
        assert_eq!(closed, (true, true), "{}", header.escape_ascii());
    }
}

#[tokio::test]
async fn whoever_is_no_trusted_proxy_is_closed_unheard() {
    let server = start().await;
    let whole = [version_1(CLIENT), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec()].concat();
    // the last is of a trusted network, and on this machine, where it could be anybody
    for stranger in ["127.0.0.1", "127.0.0.3", NEIGHBOUR] {
        let client = server.proxy_on_port(Cpanel, TlsBy::Proxy, &whole).from(stranger);
        assert_eq!(client.connect().await.rest().await, b"", "{stranger}");
    }
    assert!(server.lines().is_empty(), "{:?}", server.lines());
}

#[tokio::test]
async fn a_header_on_any_other_way_in_is_no_request() {
    let server = start().await;
    for header in [version_1(CLIENT), version_2(CLIENT)] {
        let whole = [&header[..], b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"].concat();
        for client in [
            server.plain_client(Cpanel),
            server.client(Cpanel),
            server.socket_client(),
            server.proxy_on_socket(Cpanel, true),
            // twice: the second is no header any more
            server.proxy_on_port(Cpanel, TlsBy::Proxy, &version_1(OTHER)),
            server.proxy_on_naming_socket(Cpanel, TlsBy::Proxy, &version_1(OTHER)),
        ] {
            let refused = client.raw(&whole).await;
            assert_eq!(refused.status, 400, "{refused:?}");
            assert_ne!(line(&server, &refused).await["address"], CLIENT);
        }
        // in front of TLS, where TLS is expected at once
        let mut connection = server.plain_client_of_tls_port(Cpanel).connect().await;
        connection.write(&whole).await;
        let heard = connection.rest().await;
        assert!(!heard.starts_with(b"HTTP/1.1 2") && !heard.starts_with(b"HTTP/1.1 3"), "{heard:?}");
    }
}

#[tokio::test]
async fn nobody_behind_a_proxy_is_a_program_of_this_machine() {
    for way in WAYS {
        let server = start().await;
        let near = |kind| way(&server, Cpanel, kind, &version_2("127.0.0.1"));
        assert_no_program_of_this_machine(&near(TlsBy::Nobody)).await;
        assert_seen_as(&server, &near(TlsBy::Server), "127.0.0.1").await;
        let peer = near(TlsBy::Server).get(LIST_POPS).header("Authorization", "peer plain").send().await;
        assert_access_denied(&peer);
    }
}
