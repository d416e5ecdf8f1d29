//! Credentials that cannot be read in one way only.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portreeve_testkit::TestServer;

use crate::support::*;

#[tokio::test]
async fn a_credential_that_cannot_be_read_is_400_with_one_line() {
    let server = TestServer::start().await;
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let table = [
        (basic("plain"), "no colon"),
        (basic("plain:x\nhasroot=1"), "control character"),
        (basic("plain:x\0"), "control character"),
        (basic("pl\rain:x"), "control character"),
        (basic("plain:x\u{7f}"), "control character"),
        (basic("plain:\u{85}x"), "control character"),
        ("Basic !!!!".to_owned(), "not base64"),
        ("Basic cGxhaW46cGxh aW5wYXNz".to_owned(), "not base64"),
        ("Basic cGxhaW46cGxhaW5wYXNz=".to_owned(), "not base64"),
        ("Basic".to_owned(), "no colon"),
        ("whm asder".to_owned(), "no colon"),
        ("cpanel plain".to_owned(), "no colon"),
        (basic(&format!("{}:x", "u".repeat(400))), "longer"),
        (format!("whm asder:{}", "a".repeat(5000)), "longer"),
    ];
    for (value, part) in table {
        for (service, path) in [(Cpanel, LIST_POPS), (Whm, VERSION), (Cpanel, "/")] {
            let answer = server.client(service).get(path).header("Authorization", &value).send().await;
            if path == "/" {
                assert!(matches!(answer.status, 400 | 401), "{value}: {answer:?}");
                continue;
            }
            assert_eq!(answer.status, 400, "{value}: {answer:?}");
            assert!(answer.text().contains(part), "{value}: {answer:?}");
            assert_eq!(answer.text().lines().count(), 1, "{answer:?}");
        }
    }
    assert_listed(&server.client(Cpanel).get(LIST_POPS).basic("plain", "plainpass").send().await);
}

#[tokio::test]
async fn two_credentials_are_400() {
    let server = TestServer::start().await;
    let call = server.client(Cpanel).get(LIST_POPS).basic("plain", "plainpass");
    let answer = call.clone().basic("plain", "plainpass").send().await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_listed(&call.send().await);
}

#[tokio::test]
async fn what_cannot_be_read_leaves_no_trace_in_records_and_log() {
    let server = TestServer::start().await;
    let marker = "hasroot-canary";
    let before = server.store().queries();
    for text in [format!("root:{marker}\n{marker}=1"), format!("{marker}\r\n:x"), format!("{marker}-without")]
    {
        let value = format!("Basic {}", STANDARD.encode(text));
        let answer = server.client(Whm).get(VERSION).header("Authorization", &value).send().await;
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(!answer.whole().contains(marker), "{answer:?}");
        let line = server.line(answer.request_id()).await;
        assert!(!line.contains(marker) && line.contains("\"caller\":null"), "{line}");
    }
    // no row was read or written for any of them
    assert_eq!(server.store().queries(), before);
    let wrong = server.client(Whm).get(VERSION).basic("root", "wrong").send().await;
    assert_json_access_denied(&wrong);
    assert!(server.store().queries() > before, "a real failure is a row");
}

#[tokio::test]
async fn a_login_name_with_a_control_character_is_nobody_and_opens_nothing() {
    let server = TestServer::start().await;
    for user in ["root\nhasroot=1", "root\0", "root\r", " root", "root:x", "../root"] {
        let answer = log_in(&server.client(Whm), user, "sandbox").await;
        assert_login_refused(&answer, "invalid_login");
    }
    server.pass_seconds(3600);
    assert_logged_in(&log_in(&server.client(Whm), "root", "sandbox").await);
}
