//! Who gets what: two addresses on this listener, and neither anywhere else.

use portreeve_testkit::{Client, TestServer};

use crate::support::*;

#[tokio::test]
async fn two_addresses_are_there_to_be_read_and_nothing_else_is() {
    let server = TestServer::start().await;
    let monitor = server.monitor();
    for (path, content_type) in [
        ("/health", "text/plain; charset=utf-8"),
        ("/metrics", "text/plain; version=0.0.4; charset=utf-8"),
        ("/metrics?name=x", "text/plain; version=0.0.4; charset=utf-8"),
    ] {
        let answer = monitor.get(path).send().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("Content-Type"), Some(content_type));
        assert_eq!(answer.header("Cache-Control"), Some("no-store"));
        assert_eq!(answer.header("Connection"), Some("close"));
        let mut connection = monitor.connect().await;
        let head = monitor.call("HEAD", path).send_on(&mut connection).await;
        assert_eq!((head.status, head.header("Content-Type")), (200, Some(content_type)));
        assert!(connection.is_closed().await);
        let refused = monitor.post(path).form(&[]).send().await;
        assert_eq!((refused.status, refused.header("Allow")), (405, Some("GET, HEAD")), "{refused:?}");
    }
    for path in ["/", "/health/", "/metrics/x", "/login/", LIST_POPS, VERSION, "/json-api/cpanel", "/cgi/x"] {
        let answer = monitor.get(path).basic("root", "sandbox").send().await;
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
    }
    assert_eq!(monitor.call("DELETE", "/metrics").send().await.status, 405);
    assert_eq!(monitor.post("/health").form(&[("a", "b")]).send().await.status, 413);
}

#[tokio::test]
async fn no_port_and_no_socket_of_the_server_shows_health_or_metrics() {
    let server = TestServer::builder().behind_proxies().start().await;
    let mut clients: Vec<(Client, &str)> = vec![(server.socket_client(), "peer plain")];
    for service in [Cpanel, Whm, Webmail] {
        for client in [
            server.client(service),
            server.plain_client(service),
            server.proxy_on_socket(service, true).always("X-Forwarded-For", "192.0.2.1"),
        ] {
            clients.push((client, "Basic cm9vdDpzYW5kYm94"));
        }
    }
    for (client, credential) in clients {
        for path in ["/metrics", "/health"] {
            for call in [client.get(path), client.get(path).header("Authorization", credential)] {
                let answer = call.send().await;
                assert!(!answer.text().contains("portreeve_"), "{answer:?}");
                assert_ne!(answer.text(), "ok\n", "{answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn whoever_takes_all_its_connections_takes_nothing_of_the_server() {
    let server = TestServer::start().await;
    let monitor = server.monitor();
    let mut held = Vec::new();
    for _ in 0..16 {
        held.push(monitor.connect().await);
    }
    // accepted in their order
    for _ in 0..10 {
        assert!(monitor.connect().await.is_closed().await);
    }
    assert_listed(&server.client(Cpanel).get(LIST_POPS).basic("plain", "plainpass").send().await);
    drop(held);
    for _ in 0..100 {
        let mut connection = monitor.connect().await;
        connection.write(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n").await;
        if connection.rest().await.starts_with(b"HTTP/1.1 200 ") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the connections were not given back");
}

#[tokio::test]
async fn a_flood_of_scrapes_asks_the_records_once_a_second() {
    let server = TestServer::start().await;
    let monitor = server.monitor();
    assert_eq!(monitor.get("/metrics").send().await.status, 200);
    let (before, began) = (server.store().queries(), tokio::time::Instant::now());
    for _ in 0..50 {
        assert_eq!(monitor.get("/metrics").send().await.status, 200);
    }
    let asked = server.store().queries() - before;
    assert!(asked <= 1 + began.elapsed().as_secs(), "{asked}");
}
