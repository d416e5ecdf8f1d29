//! Header fields, and the one repair.

use super::nginx::{DROPPED, LF};
use super::{Case, Then, get};

pub fn cases() -> Vec<Case> {
    vec![
        Case::refused("header-bare-lf", 400, "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n").nginx(LF, &[200]),
        Case::refused("head-end-bare-lf", 400, "GET / HTTP/1.1\r\nHost: x\r\n\n").nginx(LF, &[200]),
        Case::refused("bare-cr-header-value", 400, get("A: b\rc\r\n")),
        Case::refused("obs-fold", 400, get("A: b\r\n c\r\n")),
        Case::refused("obs-fold-tab", 400, get("A: b\r\n\tc\r\n")),
        Case::refused("whitespace-before-headers", 400, "GET / HTTP/1.1\r\n Host: x\r\n\r\n"),
        Case::refused("sp-before-colon", 400, get("A : b\r\n")),
        Case::refused("tab-before-colon", 400, get("A\t: b\r\n")),
        Case::refused("empty-header-name", 400, get(": b\r\n")),
        Case::refused("header-no-colon", 400, get("nothing\r\n")).nginx(DROPPED, &[200]),
        Case::refused("invalid-header-name", 400, get("A[]: b\r\n")).nginx(DROPPED, &[200]),
        Case::refused("tab-in-name", 400, get("A\tB: c\r\n")),
        Case::refused("non-ascii-header-name", 400, get("\u{c4}: b\r\n")).nginx(DROPPED, &[200]),
        Case::refused("nul-in-header-value", 400, get("A: b\0c\r\n")),
        Case::refused("control-chars-header", 400, get("A: b\x07\r\n")),
        Case::refused("delete-in-header", 400, get("A: b\x7f\r\n")),
        Case::served("tab-in-header-value", get("A: b\tc\r\n")),
        Case::served("obs-text-header-value", get("A: \u{e4}\r\n")),
        Case::served("empty-header-value", get("A:\r\n")),
        Case::served("no-space-after-colon", get("A:b\r\n")),
        Case::served("underscore-cl", get("Content_Length: 5\r\n")),
        Case::served("upgrade-ignored", get("Connection: Upgrade\r\nUpgrade: h2c\r\n")),
        Case::new("connection-close", get("Connection: close\r\n"), &[200], Then::Closed),
        Case::new("connection-close-in-list", get("Connection: te, Close\r\n"), &[200], Then::Closed),
        Case::new("http10-default-close", "GET / HTTP/1.0\r\n\r\n", &[200], Then::Closed),
        Case::served("http10-keep-alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
        Case::served("authorization-lfcr", get("Authorization: WHM root:abc\n\r\r\n")),
        Case::served("authorization-lfcr-byte-by-byte", get("authorization: WHM root:abc\n\r\r\n"))
            .byte_by_byte(),
        Case::refused(
            "authorization-lfcr-twice",
            400,
            get("Authorization: a\n\r\r\nAuthorization: b\n\r\r\n"),
        ),
        Case::refused("authorization-lfcr-doubled", 400, get("Authorization: a\n\r\n\r\r\n"))
            .nginx(DROPPED, &[200]),
        Case::refused("authorization-lf", 400, get("Authorization: WHM root:ab\ncd\r\n")).nginx(LF, &[200]),
        Case::refused("authorization-lf-before-crlf", 400, get("Authorization: WHM root:ab\n\r\n"))
            .nginx(LF, &[200]),
        Case::refused("authorization-crlf-inside", 400, get("Authorization: WHM root:ab\r\ncd\r\n"))
            .nginx(DROPPED, &[200]),
        Case::refused("authorization-cr", 400, get("Authorization: WHM root:ab\rcd\r\n")),
        Case::refused("other-field-lfcr", 400, get("Cookie: a=b\n\r\r\n")),
        Case::refused(
            "authorization-lfcr-smuggles-nothing",
            400,
            get("Authorization: a\n\r\r\n\nHost: y\r\n"),
        ),
    ]
}
