//! A walk over every hint: each comes where a script prints it, with the section that says more.

use portreeve_testkit::{Call, Login, Response, TestServer};

use crate::support::*;

/// Whether an answer's hint is this one, of this section.
#[track_caller]
fn assert_hint(answer: &Response, words: &str, section: &str) {
    let hint = answer.header("X-Portreeve-Hint").unwrap_or_else(|| panic!("no hint: {answer:?}"));
    assert!(hint.starts_with(words), "{hint}");
    assert!(hint.ends_with(&format!(" (troubleshooting.md#{section})")), "{hint}");
}

fn basic(call: Call) -> Call {
    call.basic("cptest", "blahblah")
}

#[tokio::test]
async fn calls_are_told_what_to_do_instead() {
    let server = TestServer::start().await;
    let cpanel = server.client(Cpanel);
    let session = server.session(Cpanel, "plain").await;
    let hash = server.account("root").access_hash.clone().expect("an access hash");
    server.set("allow_deprecated_accesshash", "0").await;
    let wrong_port = server.client(Whm).get(LIST_POPS).basic("root", "sandbox");
    let needless = cpanel.get(&format!("/cpsess1234567890{LIST_POPS}")).basic("plain", "plainpass");
    let by_hash = server.client(Whm).get(VERSION).header("Authorization", &format!("WHM root:{hash}"));
    for (call, words, section) in [
        (wrong_port, "right call, wrong port", "wrong-port"),
        (cpanel.get(&format!("{}{LIST_POPS}", session.token)), "security token present", "cookie-missing"),
        (
            session.with_cookie(cpanel.get(LIST_POPS)),
            "the session's security token is missing",
            "token-missing",
        ),
        (
            session.with_cookie(cpanel.get(&format!("/cpsess1234567890{LIST_POPS}"))),
            "the security token in the address is not",
            "token-missing",
        ),
        (needless, "header credentials need no cpsess", "no-token-needed"),
        (
            cpanel.get("/%7B%22cp_security_token%22%7D/json-api/cpanel"),
            "the address holds the name of a variable",
            "variable-in-address",
        ),
        (basic(cpanel.get(LIST_POPS)), "send X-CPANEL-OTP", "code-needed"),
        (basic(cpanel.get(LIST_POPS)).code(&server.code_in("cptest", -4)), "your clock is ", "clock-slow"),
        (cpanel.get("/").basic("plain", "plainpass"), "header credentials serve", "pages-need-a-session"),
        (by_hash, "Access hash disabled", "access-hash-disabled"),
    ] {
        assert_hint(&call.send().await, words, section);
    }
}

#[tokio::test]
async fn a_code_that_was_used_says_when_the_next_one_comes() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let code = server.code("cptest");
    let login = Login { user: "cptest", pass: "blahblah", code: Some(&code) };
    assert_logged_in(&client.login(login).send().await);
    assert_hint(&client.login(login).send().await, "Security code already used, next in ", "code-used");
}

#[tokio::test]
async fn a_line_break_in_a_credential_is_told_apart() {
    let server = TestServer::start().await;
    let request = b"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: WHM root:0123\n4567\r\n\r\n";
    let answer = server.client(Whm).raw(request).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_hint(&answer, "a header value holds a line break", "line-break-in-header");
}

#[tokio::test]
async fn only_a_past_code_is_told_from_a_random_one() {
    let server = TestServer::start().await;
    let coming = basic(server.client(Cpanel).get(LIST_POPS)).code(&server.code_in("cptest", 4)).send().await;
    assert_eq!((coming.status, coming.reason.as_str()), (401, "Security code invalid"));
    assert_eq!(coming.header("X-Portreeve-Hint"), None, "{coming:?}");
}

#[tokio::test]
async fn a_needless_token_is_told_where_scripts_print_it() {
    let server = TestServer::start().await;
    let words = "header credentials need no cpsess";
    let whm =
        server.client(Whm).get("/cpsess1234567890/json-api/version?api.version=1").basic("root", "sandbox");
    let whm = whm.send().await;
    let message = whm.json()["metadata"]["output"]["messages"][0].as_str().unwrap_or_default().to_owned();
    assert!(message.contains(words), "{whm:?}");
    assert!(whm.header("X-Portreeve-Hint").is_some_and(|hint| hint.contains(words)), "{whm:?}");
    let failed = "/cpsess1234567890/execute/Email/delete_pop?email=nobody@plain.example";
    let failed = server.client(Cpanel).get(failed).basic("plain", "plainpass").send().await;
    assert!(failed.json()["messages"][0].as_str().is_some_and(|text| text.contains(words)), "{failed:?}");
    // a success's messages are the function's own
    let path = format!("/cpsess1234567890{LIST_POPS}");
    let listed = server.client(Cpanel).get(&path).basic("plain", "plainpass").send().await;
    assert!(listed.json()["messages"].is_null(), "{listed:?}");
    assert!(listed.header("X-Portreeve-Hint").is_some_and(|hint| hint.contains(words)), "{listed:?}");
}
