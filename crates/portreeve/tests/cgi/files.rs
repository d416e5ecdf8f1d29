//! Static files of plugins.

use std::os::unix::fs::symlink;

use portreeve_testkit::{Call, TestServer};

use crate::support::*;

fn get(server: &TestServer, place: &str) -> Call {
    server.client(Cpanel).get(place).basic("plain", "plainpass")
}

#[tokio::test]
async fn a_file_has_its_type_its_length_and_what_tells_its_versions_apart() {
    let server = TestServer::start().await;
    let path = file(&server, "3rdparty/a/style.css", "body {}");
    let whole = get(&server, "/3rdparty/a/style.css").send().await;
    assert_eq!((whole.status, whole.text().as_str()), (200, "body {}"), "{whole:?}");
    assert_eq!(whole.header("Content-Type"), Some("text/css; charset=\"utf-8\""));
    assert_eq!(whole.header("Content-Length"), Some("7"));
    assert_eq!(whole.header("X-Content-Type-Options"), Some("nosniff"));
    let (tag, date) = (whole.header("ETag").unwrap(), whole.header("Last-Modified").unwrap());
    for (name, value, status) in [
        ("If-None-Match", tag, 304),
        ("If-None-Match", "W/\"other\", *", 304),
        ("If-None-Match", "\"other\"", 200),
        ("If-Modified-Since", date, 304),
        ("If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT", 200),
        ("If-Modified-Since", "yesterday", 200),
    ] {
        let answer = get(&server, "/3rdparty/a/style.css").header(name, value).send().await;
        assert_eq!(answer.status, status, "{name}: {value}: {answer:?}");
    }
    std::fs::write(path, "body { }").unwrap();
    let changed = get(&server, "/3rdparty/a/style.css").header("If-None-Match", tag).send().await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let head =
        server.client(Cpanel).call("HEAD", "/3rdparty/a/style.css").basic("plain", "plainpass").send().await;
    assert_eq!((head.status, head.header("Content-Length")), (200, Some("8")), "{head:?}");
    let posted = server.client(Cpanel).post("/3rdparty/a/style.css").basic("plain", "plainpass").send().await;
    assert_eq!(posted.status, 405, "{posted:?}");
}

#[tokio::test]
async fn a_part_is_a_part_of_the_version_that_was_meant() {
    let server = TestServer::start().await;
    file(&server, "3rdparty/a/data.txt", "0123456789");
    let part = async |range: &str, version: Option<&str>| {
        let call = get(&server, "/3rdparty/a/data.txt").header("Range", range);
        let call = match version {
            Some(version) => call.header("If-Range", version),
            None => call,
        };
        let answer = call.send().await;
        (answer.status, answer.text(), answer.header("Content-Range").map(str::to_owned))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(part("bytes=2-4", None).await, (206, "234".to_owned(), some("bytes 2-4/10")));
    assert_eq!(part("bytes=-2", None).await, (206, "89".to_owned(), some("bytes 8-9/10")));
    assert_eq!(part("bytes=10-", None).await, (416, String::new(), some("bytes */10")));
    assert_eq!(part("bytes=0-1,3-4", None).await, (200, "0123456789".to_owned(), None));
    let whole = get(&server, "/3rdparty/a/data.txt").send().await;
    assert_eq!(part("bytes=2-4", whole.header("ETag")).await.0, 206);
    assert_eq!(part("bytes=2-4", whole.header("Last-Modified")).await.0, 206);
    assert_eq!(part("bytes=2-4", Some("\"older\"")).await.0, 200);
}

#[tokio::test]
async fn a_large_file_arrives_whole_on_a_connection_that_goes_on() {
    let server = TestServer::start().await;
    let text = "0123456789abcdef".repeat(40_000);
    file(&server, "3rdparty/a/large.txt", &text);
    let mut connection = server.client(Cpanel).connect().await;
    for _ in 0..2 {
        let answer = get(&server, "/3rdparty/a/large.txt").send_on(&mut connection).await;
        assert_eq!((answer.status, answer.text() == text), (200, true));
    }
}

#[tokio::test]
async fn folders_lead_to_their_index_and_hidden_things_nowhere() {
    let server = TestServer::start().await;
    file(&server, "3rdparty/a/index.html", "index");
    file(&server, "3rdparty/a/.htpasswd", "secret");
    file(&server, "3rdparty/a/config.inc", "secret");
    file(&server, "3rdparty/a/page.html~", "secret");
    file(&server, "3rdparty/b/page.html", "page");
    symlink(server.plugins().join("../keys"), server.plugins().join("3rdparty/keys")).unwrap();
    symlink("/etc/passwd", server.plugins().join("3rdparty/a/passwd.txt")).unwrap();
    let session = server.session(Cpanel, "plain").await;
    let redirect = session.get("/3rdparty/a?x=1").send().await;
    let place = format!("{}/3rdparty/a/?x=1", session.token);
    assert_eq!((redirect.status, redirect.header("Location")), (301, Some(place.as_str())));
    assert_eq!(session.get("/3rdparty/a/").send().await.text(), "index");
    for place in [
        "/3rdparty/b",
        "/3rdparty/b/",
        "/3rdparty/",
        "/3rdparty/a/.htpasswd",
        "/3rdparty/a/config.inc",
        "/3rdparty/a/page.html~",
        "/3rdparty/keys/keyring",
        "/3rdparty/a/passwd.txt",
        "/3rdparty/a/%2e%2e/b/page.html",
        "/3rdparty/a/..%2fb/page.html",
        "/3rdparty/none/page.html",
    ] {
        let answer = session.get(place).send().await;
        assert_eq!(answer.status, 404, "{place}: {answer:?}");
        assert!(!answer.text().contains("secret"), "{place}");
    }
}

#[tokio::test]
async fn strangers_get_nothing_and_a_missing_token_is_not_put_in() {
    let server = TestServer::start().await;
    file(&server, "frontend/jupiter/page.html", "page");
    let place = "/frontend/jupiter/page.html";
    let stranger = server.client(Cpanel).get(place).send().await;
    assert_eq!(stranger.status, 401, "{stranger:?}");
    let session = server.session(Cpanel, "plain").await;
    assert_eq!(session.get(place).send().await.text(), "page");
    // a reader's own navigation leads to our pages only
    let call = session.with_cookie(session.client.get(place));
    let call = call.header("Sec-Fetch-Mode", "navigate").header("Sec-Fetch-Dest", "document");
    let without = call.send().await;
    assert_eq!(without.status, 401, "{without:?}");
    let crossed = get(&server, place).header("Sec-Fetch-Site", "cross-site").send().await;
    assert_eq!(crossed.status, 401, "{crossed:?}");
}
