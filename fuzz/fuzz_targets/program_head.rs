//! Reads arbitrary bytes as the head of a program's answer: what of it would reach a client.

#![no_main]

use http::header::{LOCATION, SET_COOKIE};
use libfuzzer_sys::fuzz_target;
use portreeve_server::cgi::head::{Head, end};

/// What frames an answer, or is the server's word: never a program's.
const OURS: [&str; 8] = [
    "connection",
    "content-length",
    "date",
    "keep-alive",
    "server",
    "service-worker-allowed",
    "transfer-encoding",
    "x-request-id",
];

/// The cookies that open sessions.
const SESSIONS: [&str; 3] = ["cpsession", "whostmgrsession", "webmailsession"];

fuzz_target!(|input: &[u8]| {
    let Some(length) = end(input) else { return };
    assert!(length <= input.len());
    let (head, _) = input.split_at(length);
    assert!(head.ends_with(b"\n"), "a head ends with a line");
    assert!(
        (0..length).all(|shorter| end(&input[..shorter]).is_none()),
        "a head ends at its first empty line"
    );
    if let Ok(head) = Head::parse(head) {
        check(&head);
    }
});

fn check(head: &Head) {
    assert!((200..600).contains(&head.status.as_u16()), "{:?}", head.status);
    assert!(head.reason.as_ref().is_none_or(|words| !words.contains('\n')), "{:?}", head.reason);
    for (name, value) in &head.fields {
        assert!(!OURS.contains(&name.as_str()), "{name} is not a program's to set");
        assert!(!value.as_bytes().iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)), "{name}: {value:?}");
    }
    for cookie in head.fields.get_all(SET_COOKIE) {
        check_cookie(cookie.as_bytes());
    }
    for place in head.fields.get_all(LOCATION).iter().take(1) {
        let lower = place.as_bytes().to_ascii_lowercase();
        assert!(!lower.starts_with(b"javascript:") && !lower.starts_with(b"data:"), "{place:?}");
    }
}

/// As a browser reads it: without a name the value is the whole cookie.
fn check_cookie(field: &[u8]) {
    let pair = field.split(|byte| *byte == b';').next().unwrap_or_default();
    let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
        Some(equals) => (pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii()),
        None => (&b""[..], pair.trim_ascii()),
    };
    let sent = if name.is_empty() { value } else { name };
    let sent = sent.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii();
    assert!(
        !SESSIONS.iter().any(|session| session.as_bytes() == sent),
        "{:?}",
        String::from_utf8_lossy(field)
    );
}
