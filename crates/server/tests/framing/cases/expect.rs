//! `Expect: 100-continue`.

use super::nginx::DROPPED;
use super::{Case, SMUGGLED, Then, post};

pub fn cases() -> Vec<Case> {
    let lines = "Expect: 100-continue\r\nContent-Length: 5\r\n";
    vec![
        Case::new("expect-100-cl", post(lines, ""), &[100, 200], Then::Kept).and_then("hello"),
        Case::served("expect-100-body-already-there", post(lines, "hello")).body("POST / hello"),
        Case::served("expect-100-body-begun", post(lines, "he")).and_then("llo").body("POST / hello"),
        Case::new(
            "expect-100-case",
            post("Expect: 100-Continue\r\nContent-Length: 1\r\n", ""),
            &[100, 200],
            Then::Kept,
        )
        .and_then("a"),
        Case::new(
            "expect-100-chunked-empty",
            post("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n", ""),
            &[100, 200],
            Then::Kept,
        )
        .and_then("0\r\n\r\n"),
        Case::served("expect-100-no-body", post("Expect: 100-continue\r\n", "")),
        Case::new(
            "expect-100-cl-desync",
            post("Expect: 100-continue\r\nContent-Length: 35\r\n", ""),
            &[100, 200],
            Then::Kept,
        )
        .and_then(SMUGGLED),
        Case::refused(
            "expect-100-too-large",
            413,
            post("Expect: 100-continue\r\nContent-Length: 1000001\r\n", ""),
        ),
        Case::refused("expect-unknown", 417, post("Expect: tea\r\nContent-Length: 5\r\n", "hello"))
            .nginx(DROPPED, &[200]),
        Case::refused(
            "expect-list",
            417,
            post("Expect: 100-continue, tea\r\nContent-Length: 5\r\n", "hello"),
        )
        .nginx(DROPPED, &[200]),
        Case::refused("expect-twice", 417, post("Expect: 100-continue\r\nExpect: 100-continue\r\n", "")),
        Case::new(
            "no-1xx-http10",
            "POST / HTTP/1.0\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
            &[200],
            Then::Closed,
        )
        .and_then("hello"),
    ]
}
