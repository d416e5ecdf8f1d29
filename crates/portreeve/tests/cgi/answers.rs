//! What a program says, and what of it reaches the client; what a client sends, and how it reaches the program.

use portreeve_testkit::{Response, TestServer};

use crate::support::*;

const RUN: &str = "/3rdparty/a/run.cgi";

async fn says(text: &str) -> Response {
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", text);
    server.client(Cpanel).get(RUN).basic("plain", "plainpass").send().await
}

#[tokio::test]
async fn a_status_and_its_words_are_the_answers_own() {
    let answer = says(r#"print "Status: 404 Not Here\nContent-Type: text/plain\nX-Own: 1\n\ngone";"#).await;
    assert_eq!((answer.status, answer.reason.as_str(), answer.text().as_str()), (404, "Not Here", "gone"));
    assert_eq!(answer.header("X-Own"), Some("1"));
}

#[tokio::test]
async fn framing_and_our_cookies_are_not_a_programs_to_set() {
    let answer = says(
        r#"print "Content-Type: text/plain\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\nConnection: upgrade\r\n",
          "Set-Cookie: cpsession=forged; Path=/\r\nSet-Cookie: theme=dark\r\nContent-Security-Policy: sandbox\r\n\r\nwhole";"#,
    )
    .await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "whole"));
    assert_eq!(answer.set_cookie("cpsession"), None);
    assert_eq!(answer.cookie("theme"), Some("dark"));
    assert_eq!(answer.header("Content-Security-Policy"), Some("sandbox"));
}

#[tokio::test]
async fn a_redirect_is_followed_by_the_client() {
    let answer = says(r#"print "Location: /cpsess1/next.cgi\n\n";"#).await;
    assert_eq!((answer.status, answer.header("Location")), (302, Some("/cpsess1/next.cgi")));
    let answer = says(r#"print "Location: javascript:alert(1)\n\n";"#).await;
    assert_eq!(answer.status, 502, "{answer:?}");
}

#[tokio::test]
async fn a_program_that_says_nothing_sensible_is_502_with_a_sentence() {
    for (text, why) in [
        ("exit 0;", "it ended without one"),
        ("die 'oh';", "it failed"),
        (r#"print "no header\n\n";"#, "colon"),
        (r#"print "Content-Type: text/plain\n";"#, "no end"),
        (r#"print "X-A: b\n\n";"#, "neither"),
        (r#"print "X: ", "y" x 100_000, "\n";"#, "too long"),
        ("kill 9, $$;", "ended by the system"),
    ] {
        let answer = says(text).await;
        assert!(answer.status == 502 && answer.text().contains(why), "{text}: {answer:?}");
    }
}

const ECHO: &str = r#"binmode STDIN; local $/; my $body = <STDIN>; my $length = $ENV{CONTENT_LENGTH} // 'none';
    print "Content-Type: text/plain\n\n$ENV{REQUEST_METHOD} $length $body";"#;

#[tokio::test]
async fn a_body_comes_with_its_exact_length_chunked_or_not() {
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", ECHO);
    let session = server.session(Cpanel, "plain").await;
    let posted = session.post(RUN).body(Some("text/plain"), b"hello").send().await;
    assert_eq!(posted.text(), "POST 5 hello", "{posted:?}");
    let none = session.get(RUN).send().await;
    assert_eq!(none.text(), "GET none ", "{none:?}");
    let large = vec![b'x'; 300_000];
    let posted = session.post(RUN).body(None, &large).send().await;
    assert_eq!(posted.body.len(), "POST 300000 ".len() + large.len());
    let chunked = format!(
        "POST {}{RUN} HTTP/1.1\r\nHost: localhost\r\nCookie: {}={}\r\nTransfer-Encoding: chunked\r\n\
         Connection: close\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n",
        session.token, session.name, session.value
    );
    let answer = session.client.raw(chunked.as_bytes()).await;
    assert_eq!(answer.text(), "POST 7 abcdefg", "{answer:?}");
}

#[tokio::test]
async fn a_body_beyond_the_bound_starts_nothing() {
    let server = small_input().await;
    perl(&server, "3rdparty/a/run.cgi", ECHO);
    let session = server.session(Cpanel, "plain").await;
    let answer = session.post(RUN).body(None, b"12345678901").send().await;
    assert_eq!(answer.status, 413, "{answer:?}");
    assert_eq!(session.post(RUN).body(None, b"1234567890").send().await.status, 200);
}

async fn small_input() -> TestServer {
    builder()
        .cgi(|mut settings| {
            settings.input = 10;
            settings
        })
        .start()
        .await
}

#[tokio::test]
async fn a_question_is_never_an_argument() {
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} print scalar(@ARGV), qq( $ENV{{QUERY_STRING}});"));
    file(&server, "3rdparty/a/run.php", "<?php echo 'php ran';");
    let client = server.client(Cpanel);
    let answer = client.get(&format!("{RUN}?-s+word")).basic("plain", "plainpass").send().await;
    assert_eq!(answer.text(), "0 -s+word", "{answer:?}");
    let source = client.get("/3rdparty/a/run.php?-s").basic("plain", "plainpass").send().await;
    assert_eq!(source.text(), "php ran", "{source:?}");
}

#[tokio::test]
async fn head_has_the_head_alone() {
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} print $ENV{{REQUEST_METHOD}} while 1;"));
    let client = server.client(Cpanel);
    let answer = client.call("HEAD", RUN).basic("plain", "plainpass").send().await;
    assert_eq!((answer.status, answer.body.len()), (200, 0), "{answer:?}");
}
