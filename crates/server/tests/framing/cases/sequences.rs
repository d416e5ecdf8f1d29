//! Several requests on one connection.

use super::{Case, SMUGGLED, Then, get, post};

pub fn cases() -> Vec<Case> {
    let body = post("Content-Length: 5\r\n", "hello");
    vec![
        Case::new("pipeline-safe", get("").repeat(3), &[200, 200, 200], Then::Kept),
        Case::new("pipeline-with-bodies", format!("{body}{}{body}", get("")), &[200, 200, 200], Then::Kept),
        Case::new("pipeline-byte-by-byte", get("").repeat(2), &[200, 200], Then::Kept).byte_by_byte(),
        Case::new("pipeline-cut-inside", get(""), &[200, 200], Then::Kept)
            .and_then("GET / HT")
            .and_then("TP/1.1\r\nHost: x\r\n\r\n"),
        Case::new("pipeline-half-closed", get("").repeat(2), &[200, 200], Then::HalfClosed),
        Case::new(
            "pipeline-stops-at-close",
            format!("{}{SMUGGLED}", get("Connection: close\r\n")),
            &[200],
            Then::Closed,
        ),
        Case::new(
            "pipeline-stops-at-refusal",
            format!("{}BAD\r\n\r\n{SMUGGLED}", get("")),
            &[200, 400],
            Then::Closed,
        ),
        Case::new("stray-crlf-after-body", format!("{body}\r\n{}", get("")), &[200, 200], Then::Kept),
        Case::new("cl0-body-poison", post("Content-Length: 0\r\n", "X"), &[200, 405], Then::Closed)
            .and_then(get("")),
        Case::new(
            "body-longer-than-length",
            post("Content-Length: 5\r\n", "hello!!"),
            &[200, 400],
            Then::Closed,
        )
        .and_then(" / HTTP/1.1 \r\n\r\n"),
        Case::new(
            "http10-pipeline-ignored",
            format!("GET / HTTP/1.0\r\n\r\n{SMUGGLED}"),
            &[200],
            Then::Closed,
        ),
    ]
}
