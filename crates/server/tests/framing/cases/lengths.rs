//! `Content-Length`.

use super::nginx::LOOSE;
use super::{Case, SMUGGLED, Then, get, post};

pub fn cases() -> Vec<Case> {
    let length = |value: &str| post(&format!("Content-Length: {value}\r\n"), "hello");
    vec![
        Case::served("post-cl-body", length("5")).body("POST / hello"),
        Case::served("post-cl-body-later", post("Content-Length: 5\r\n", "")).and_then("hel").and_then("lo"),
        Case::served("post-cl-zero", post("Content-Length: 0\r\n", "")).body("POST / "),
        Case::served("post-no-cl-no-te", post("", "")).body("POST / "),
        Case::served("get-with-cl-body", format!("{}hello", get("Content-Length: 5\r\n")))
            .body("GET / hello"),
        Case::served("head-cl-body", "HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"),
        Case::served("head-no-body", "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"),
        Case::served("cl-trailing-space", length("5 ")).body("POST / hello"),
        Case::served("cl-extra-leading-sp", length("  5")).body("POST / hello"),
        Case::served("cl-tab-before-value", length("\t5")).body("POST / hello"),
        Case::served("cl-leading-zeros", length("005")).body("POST / hello"),
        Case::refused("cl-plus", 400, length("+5")),
        Case::refused("cl-negative", 400, length("-5")),
        Case::refused("cl-negative-zero", 400, length("-0")),
        Case::refused("cl-hex-prefix", 400, length("0x5")),
        Case::refused("cl-octal", 400, length("0o5")),
        Case::refused("cl-underscore", 400, length("0_5")),
        Case::refused("cl-internal-space", 400, length("5 5")),
        Case::refused("cl-non-numeric", 400, length("five")),
        Case::refused("cl-empty", 400, length("")),
        Case::refused("cl-decimal", 400, length("5.0")),
        Case::refused("cl-comma-same", 400, length("5, 5")),
        Case::refused("cl-comma-different", 400, length("5, 6")),
        Case::refused("cl-comma-triple", 400, length("5,5,5")),
        Case::refused("cl-overflow", 400, length("18446744073709551621")),
        Case::refused("cl-19-digits", 400, length("0000000000000000005")).nginx(LOOSE, &[200]),
        Case::refused("cl-sp-before-colon", 400, post("Content-Length : 5\r\n", "hello")),
        Case::refused("duplicate-cl", 400, post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")),
        Case::refused("duplicate-cl-same", 400, post("Content-Length: 5\r\ncontent-length: 5\r\n", "hello")),
        Case::refused(
            "duplicate-cl-smuggled-get",
            400,
            post("Content-Length: 0\r\nContent-Length: 35\r\n", SMUGGLED),
        ),
        Case::refused("cl-body-too-large", 413, post("Content-Length: 1000001\r\n", "")),
        Case::refused("post-cl-huge-no-body", 413, post("Content-Length: 999999999999999999\r\n", "")),
        Case::refused("post-cl-undersend", 408, post("Content-Length: 6\r\n", "hello")),
        Case::new(
            "post-cl-undersend-half-closed",
            post("Content-Length: 6\r\n", "hello"),
            &[400],
            Then::HalfClosed,
        ),
        Case::new("cl-exact-half-closed", post("Content-Length: 5\r\n", "hello"), &[200], Then::HalfClosed),
        Case::new(
            "get-cl-body-desync",
            format!("{}hello{SMUGGLED}", get("Content-Length: 5\r\n")),
            &[200, 200],
            Then::Kept,
        ),
    ]
}
