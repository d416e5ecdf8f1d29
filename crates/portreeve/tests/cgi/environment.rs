//! What a program is told.

use portreeve_testkit::{SAID_BY_PROXIES, TestServer};

use crate::support::*;

const PRINT_ALL: &str =
    r#"print "Content-Type: text/plain\n\n"; print map { "$_=$ENV{$_}\n" } sort keys %ENV;"#;

/// The ticket is random; everything else is known to the letter.
fn without_ticket(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix("PORTREEVE_CALL_TICKET=") {
        Some(ticket) => {
            assert!(ticket.len() == 64 && ticket.bytes().all(|b| b.is_ascii_hexdigit()), "{ticket}");
            "PORTREEVE_CALL_TICKET=...\n".to_owned()
        }
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[tokio::test]
async fn a_program_is_told_exactly_this() {
    let server = start().await;
    let path = perl(&server, "3rdparty/a/env.cgi", PRINT_ALL);
    let session = server.session(Cpanel, "plain").await;
    let answer = session
        .get("/3rdparty/a/env.cgi/extra?x=1&y=%20")
        .cookie("theme", "dark")
        .cookie("whostmgrsession", "root%3asecret")
        .header("Proxy", "http://evil.example")
        .header("X-CPANEL-OTP", "123456")
        .header("X_Forged", "yes")
        .header("X-Plain", "yes");
    let answer =
        SAID_BY_PROXIES.iter().fold(answer, |call, (name, value)| call.header(name, value)).send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let (token, port) = (&session.token, server.port(Cpanel, true));
    let plain = server.port(Cpanel, false);
    let (file, root) = (path.display(), server.plugins().join("3rdparty").display().to_string());
    let home = server.home("plain");
    let version = env!("CARGO_PKG_VERSION");
    let expected = format!(
        "DOCUMENT_ROOT={root}\nGATEWAY_INTERFACE=CGI/1.1\nHOME={}\nHTTPS=on\nHTTP_COOKIE=theme=dark\n\
         HTTP_HOST=localhost:{port}\nHTTP_X_PLAIN=yes\nPATH=/usr/local/bin:/usr/bin:/bin\nPATH_INFO=/extra\n\
         PORTREEVE_CALL_TICKET=...\nPORTREEVE_CALL_URL=http://127.0.0.1:{plain}\nQUERY_STRING=x=1&y=%20\nREMOTE_ADDR=127.0.0.1\nREMOTE_USER=plain\n\
         REQUEST_METHOD=GET\nREQUEST_URI={token}/3rdparty/a/env.cgi/extra?x=1&y=%20\n\
         SCRIPT_FILENAME={file}\nSCRIPT_NAME={token}/3rdparty/a/env.cgi\nSERVER_ADDR=127.0.0.1\n\
         SERVER_NAME=localhost\nSERVER_PORT={port}\nSERVER_PROTOCOL=HTTP/1.1\n\
         SERVER_SOFTWARE=cpsrvd/Portreeve-{version}\nTMPDIR=/tmp\nTZ=UTC\nUSER=plain\nUSERNAME=plain\n\
         cp_security_token={token}\n",
        home.display()
    );
    assert_eq!(without_ticket(&answer.text()), expected);
}

#[tokio::test]
async fn the_token_is_empty_where_there_is_none() {
    let server = start().await;
    perl(
        &server,
        "3rdparty/a/token.cgi",
        &format!(r#"{TEXT} print "[$ENV{{cp_security_token}}] $ENV{{SCRIPT_NAME}}";"#),
    );
    let by_header =
        server.client(Cpanel).get("/3rdparty/a/token.cgi").basic("plain", "plainpass").send().await;
    assert_eq!(by_header.text(), "[] /3rdparty/a/token.cgi", "{by_header:?}");
    // a prefix beside a header credential means nothing
    let client = server.client(Cpanel);
    let prefixed =
        client.get("/cpsess1234567890/3rdparty/a/token.cgi").basic("plain", "plainpass").send().await;
    assert_eq!(prefixed.text(), "[] /3rdparty/a/token.cgi", "{prefixed:?}");
    let session = server.session(Cpanel, "plain").await;
    server.set("security_tokens", "0").await;
    let off = session.get("/3rdparty/a/token.cgi").send().await;
    assert_eq!(off.text(), "[] /3rdparty/a/token.cgi", "{off:?}");
}

/// Plugins for the original say these lines.
async fn says_the_token(server: &TestServer, place: &str, expected: impl Fn(&str) -> String) {
    let session = server.session(Cpanel, "plain").await;
    let answer = session.get(&format!("/{place}")).send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.text(), expected(&session.token), "{answer:?}");
}

#[tokio::test]
async fn perl_reads_the_token_from_its_environment() {
    let server = start().await;
    let place = "frontend/jupiter/a/index.cgi";
    perl(&server, place, &format!(r#"{TEXT} print "Location: $ENV{{cp_security_token}}/frontend/";"#));
    says_the_token(&server, place, |token| format!("Location: {token}/frontend/")).await;
}

#[tokio::test]
async fn php_reads_the_token_from_its_environment() {
    let server = start().await;
    let place = "frontend/jupiter/a/index.php";
    file(
        &server,
        place,
        "<?php echo getenv('cp_security_token'), ' ', $_SERVER['REMOTE_USER'], ' ', __DIR__;",
    );
    let folder = server.plugins().join("frontend/jupiter/a");
    says_the_token(&server, place, |token| format!("{token} plain {}", folder.display())).await;
}

#[tokio::test]
async fn a_plugins_page_may_have_its_inline_snippet() {
    let server = start().await;
    let place = "3rdparty/a/page.cgi";
    perl(
        &server,
        place,
        r#"print "Content-Type: text/html\n\n<script>CPANEL.security_token = \"$ENV{'cp_security_token'}\";</script>";"#,
    );
    says_the_token(&server, place, |token| format!("<script>CPANEL.security_token = \"{token}\";</script>"))
        .await;
    let session = server.session(Cpanel, "plain").await;
    let answer = session.get(&format!("/{place}")).send().await;
    assert_eq!(answer.header("Content-Security-Policy"), Some("frame-ancestors 'self'"));
    assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"));
    assert_eq!(answer.header("Referrer-Policy"), Some("no-referrer"));
}

#[tokio::test]
async fn behind_a_proxy_a_program_is_told_the_clients_address_and_port() {
    let server = builder().behind_proxies().start().await;
    perl(&server, "3rdparty/a/env.cgi", PRINT_ALL);
    let proxy = server.proxy_on_socket(Cpanel, true).always("X-Forwarded-For", "10.9.9.9, 203.0.113.7");
    let session = server.session_of(proxy, Cpanel, "plain").await;
    let told = session.get("/3rdparty/a/env.cgi").send().await.text();
    let port = format!("SERVER_PORT={}", server.port(Cpanel, true));
    for line in ["REMOTE_ADDR=203.0.113.7", "HTTPS=on", &port] {
        assert!(told.lines().any(|told| told == line), "{line}: {told}");
    }
    assert!(!told.contains("FORWARDED") && !told.contains("SERVER_ADDR"), "{told}");
}
