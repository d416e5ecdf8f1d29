//! Chunked bodies.

use super::nginx::{LF, LOOSE, UNREAD};
use super::{Case, SMUGGLED, Then, post};

pub fn cases() -> Vec<Case> {
    let chunked = |body: &str| post("Transfer-Encoding: chunked\r\n", body);
    vec![
        Case::served("chunked-empty", chunked("0\r\n\r\n")).body("POST / "),
        Case::served("chunked-multi", chunked("3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")).body("POST / hello"),
        Case::served("chunked-byte-by-byte", chunked("3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")).byte_by_byte(),
        Case::served("chunked-hex-uppercase", chunked("A\r\n0123456789\r\n0\r\n\r\n"))
            .body("POST / 0123456789"),
        Case::served("chunked-leading-zeros", chunked("0005\r\nhello\r\n000\r\n\r\n")).body("POST / hello"),
        Case::served("chunked-extension", chunked("5;a=b;c\r\nhello\r\n0\r\n\r\n")).body("POST / hello"),
        Case::served("chunked-trailer-valid", chunked("0\r\nX-Sum: 1\r\n\r\n")).body("POST / "),
        Case::served("trailer-cl", chunked("5\r\nhello\r\n0\r\nContent-Length: 99\r\n\r\n"))
            .body("POST / hello"),
        Case::served("trailer-te", chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n")),
        Case::served("trailer-host", chunked("0\r\nHost: evil\r\n\r\n")),
        Case::served("trailer-auth", chunked("0\r\nAuthorization: Basic eDp5\r\n\r\n")),
        Case::new("chunked-then-request", chunked(&format!("0\r\n\r\n{SMUGGLED}")), &[200, 200], Then::Kept),
        Case::refused("chunked-no-final", 408, chunked("5\r\nhello\r\n")),
        Case::new("chunked-no-final-half-closed", chunked("5\r\nhello\r\n"), &[400], Then::HalfClosed),
        Case::refused("chunk-size-plus", 400, chunked("+5\r\nhello\r\n0\r\n\r\n")),
        Case::refused("chunk-negative", 400, chunked("-5\r\nhello\r\n0\r\n\r\n")),
        Case::refused("chunk-underscore", 400, chunked("0_5\r\nhello\r\n0\r\n\r\n")),
        Case::refused("chunk-hex-prefix", 400, chunked("0x5\r\nhello\r\n0\r\n\r\n")),
        Case::refused("chunk-leading-sp", 400, chunked(" 5\r\nhello\r\n0\r\n\r\n")),
        Case::refused("chunk-size-trailing-ows", 400, chunked("5 \r\nhello\r\n0\r\n\r\n"))
            .nginx(LOOSE, &[200]),
        Case::refused("chunk-size-empty", 400, chunked("\r\nhello\r\n0\r\n\r\n")),
        Case::refused("chunk-size-not-hex", 400, chunked("g\r\nhello\r\n0\r\n\r\n")),
        Case::refused("chunk-size-overflow", 400, chunked("10000000000000005\r\nhello\r\n0\r\n\r\n")),
        Case::refused("chunk-size-largest", 413, chunked("ffffffffffffffff\r\nhello\r\n0\r\n\r\n")),
        Case::refused("chunk-body-too-large", 413, chunked("f4241\r\n")),
        Case::refused("chunk-bare-semicolon", 400, chunked("5;\r\nhello\r\n0\r\n\r\n")).nginx(UNREAD, &[200]),
        Case::refused("chunk-ext-invalid-token", 400, chunked("5;a[=b\r\nhello\r\n0\r\n\r\n"))
            .nginx(UNREAD, &[200]),
        Case::refused("chunk-ext-ctrl", 400, chunked("5;a=\x01\r\nhello\r\n0\r\n\r\n")).nginx(UNREAD, &[200]),
        Case::refused("chunk-ext-lf", 400, chunked("5;a\nhello\r\n0\r\n\r\n")).nginx(LF, &[200]),
        Case::refused("chunk-ext-cr", 400, chunked("5;a\rb\r\nhello\r\n0\r\n\r\n")),
        Case::refused("chunk-ext-64k", 400, chunked(&format!("5;a={}\r\n", "x".repeat(65_536)))),
        Case::refused("chunk-lf-term", 400, chunked("5\nhello\n0\n\n")).nginx(LF, &[200]),
        Case::refused("chunk-bare-cr-term", 400, chunked("5\rhello\r\n0\r\n\r\n")),
        Case::refused("chunk-missing-trailing-crlf", 400, chunked("5\r\nhello0\r\n\r\n")),
        Case::refused("chunk-data-lf", 400, chunked("5\r\nhello\n0\r\n\r\n")).nginx(LF, &[200]),
        Case::refused("chunk-spill", 400, chunked("5\r\nhello world\r\n0\r\n\r\n")),
        Case::refused("chunk-invalid-size-desync", 400, chunked(&format!("+0\r\n\r\n{SMUGGLED}"))),
        Case::refused("chunk-lf-trailer", 400, chunked("0\r\nX: y\n\r\n")).nginx(LF, &[200]),
        Case::refused("chunk-last-lf", 400, chunked("0\r\n\n")).nginx(LF, &[200]),
        Case::refused("trailer-no-colon", 400, chunked("0\r\nnothing\r\n\r\n")).nginx(UNREAD, &[200]),
        Case::refused("trailer-fold", 400, chunked("0\r\nX: y\r\n z\r\n\r\n")).nginx(UNREAD, &[200]),
        Case::refused("trailer-too-large", 431, chunked(&format!("0\r\nX: {}\r\n\r\n", "y".repeat(70_000))))
            .nginx(UNREAD, &[200]),
        Case::refused("trailer-is-request", 400, chunked(&format!("0\r\n{SMUGGLED}"))).nginx(UNREAD, &[200]),
    ]
}
