//! Where a request ends: nothing that two programs could read in two ways.

use crate::support::*;

/// Asserts that bytes are refused, and that what follows them on the connection is no request.
async fn assert_smuggles_nothing(client: &Client, head: &str, body: &str) {
    let smuggled = format!(
        "GET {LIST_POPS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic cGxhaW46cGxhaW5wYXNz\r\n\r\n"
    );
    let bytes =
        format!("POST /login/?login_only=1 HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n{body}{smuggled}");
    let mut connection = client.connect().await;
    connection.write(bytes.as_bytes()).await;
    let answer = connection.read(false).await;
    assert!(matches!(answer.status, 400 | 413 | 501), "{head:?} {body:?}: {answer:?}");
    let rest = String::from_utf8_lossy(&connection.rest().await).into_owned();
    assert!(!rest.contains("HTTP/1.1"), "{head:?} {body:?}: {rest}");
}

/// Two requests with bodies on one connection, framed rightly.
async fn assert_frames_well(client: &Client, head: &str, body: &str) {
    let form = "Content-Type: application/x-www-form-urlencoded\r\nAuthorization: Basic cGxhaW46cGxhaW5wYXNz";
    let bytes = format!("POST {LIST_POPS} HTTP/1.1\r\nHost: localhost\r\n{form}\r\n{head}\r\n\r\n{body}");
    let mut connection = client.connect().await;
    connection.write(bytes.repeat(2).as_bytes()).await;
    for _ in 0..2 {
        assert_done(&connection.read(false).await);
    }
}

#[tokio::test]
async fn cve_2021_32715_a_length_has_no_sign() {
    let server = TestServer::start().await;
    let client = server.plain_client(Cpanel);
    for length in
        ["+3", "-3", " +3", "0x3", "3,3", "3 3", "3;", "3.0", "1e0", "99999999999999999999", "\u{b}3"]
    {
        assert_smuggles_nothing(&client, &format!("Content-Length: {length}"), "a=b").await;
    }
    assert_frames_well(&client, "Content-Length: 3", "a=b").await;
}

#[tokio::test]
async fn rustsec_2021_0020_a_length_beside_chunks_is_refused() {
    let server = TestServer::start().await;
    let client = server.plain_client(Cpanel);
    let chunks = "3\r\na=b\r\n0\r\n\r\n";
    for head in [
        "Content-Length: 3\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 3",
        "Content-Length: 3\r\nContent-Length: 5",
        "Content-Length: 3\r\nContent-Length: 3",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: chunked, chunked",
    ] {
        assert_smuggles_nothing(&client, head, chunks).await;
    }
    assert_frames_well(&client, "Transfer-Encoding: chunked", chunks).await;
}

#[tokio::test]
async fn rustsec_2021_0078_a_coding_is_chunked_to_the_letter() {
    let server = TestServer::start().await;
    let client = server.plain_client(Cpanel);
    let chunks = "3\r\na=b\r\n0\r\n\r\n";
    for coding in [
        "xchunked",
        "chunked;x",
        "chunke",
        "\u{b}chunked",
        "\"chunked\"",
        "chunked\u{0}",
        "gzip",
        "",
        "identity",
    ] {
        assert_smuggles_nothing(&client, &format!("Transfer-Encoding: {coding}"), chunks).await;
    }
    for head in [
        "Transfer-Encoding : chunked",
        "Transfer_Encoding: chunked\r\nContent-Length : 3",
        "X: y\r\n Transfer-Encoding: chunked",
    ] {
        assert_smuggles_nothing(&client, head, chunks).await;
    }
    assert_frames_well(&client, "Transfer-Encoding: Chunked", chunks).await;
}

#[tokio::test]
async fn rustsec_2021_0079_a_chunks_size_never_wraps() {
    let server = TestServer::start().await;
    let client = server.plain_client(Cpanel);
    for size in [
        "10000000000000003",
        "f0000000000000003",
        "fffffffffffffffff",
        "ffffffffffffffff",
        "+3",
        "-3",
        "0x3",
        "3_",
        " 3",
        "3 ",
        "",
    ] {
        assert_smuggles_nothing(
            &client,
            "Transfer-Encoding: chunked",
            &format!("{size}\r\na=b\r\n0\r\n\r\n"),
        )
        .await;
    }
    for chunks in
        ["3\na=b\r\n0\r\n\r\n", "3\r\na=bX\r\n0\r\n\r\n", "3\ra=b\r\n0\r\n\r\n", "3\r\na=b0\r\n\r\n"]
    {
        assert_smuggles_nothing(&client, "Transfer-Encoding: chunked", chunks).await;
    }
    assert_frames_well(&client, "Transfer-Encoding: chunked", "0000000000000003\r\na=b\r\n0\r\n\r\n").await;
}

#[tokio::test]
async fn cve_2020_35884_one_request_is_one_request() {
    let server = TestServer::start().await;
    let client = server.plain_client(Cpanel);
    let chunks = "0\r\n\r\n";
    for head in [
        "Transfer-Encoding: cow\r\nContent-Length: 0",
        "Transfer-Encoding: chunked\nX: y",
        "Transfer-Encoding:\tchunked\r\r\nX: y",
    ] {
        assert_smuggles_nothing(&client, head, chunks).await;
    }
    // what stands in a trailer is no header field
    let form = format!(
        "POST {LIST_POPS} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close"
    );
    let trailer = "0\r\nAuthorization: Basic cGxhaW46cGxhaW5wYXNz\r\n\r\n";
    assert_refused(&client.raw(format!("{form}\r\n\r\n{trailer}").as_bytes()).await);
    let header = "Authorization: Basic cGxhaW46cGxhaW5wYXNz";
    assert_done(&client.raw(format!("{form}\r\n{header}\r\n\r\n{chunks}").as_bytes()).await);
}
