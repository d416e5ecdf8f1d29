//! Sizes at their limits and one beyond.

use super::nginx::ONE_MORE;
use super::{Case, get};

pub fn cases() -> Vec<Case> {
    // "GET /", " HTTP/1.1": 14 bytes beside the path.
    let path = |length: usize| format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(length - 14));
    let fields = |count: usize| get(&"A: b\r\n".repeat(count - 1));
    vec![
        Case::served("long-url-ok", path(16_384)),
        Case::refused("long-url", 414, path(16_385)),
        Case::refused("long-url-endless", 414, format!("GET /{}", "a".repeat(200_000))),
        Case::refused("long-method", 414, format!("{} / HTTP/1.1\r\n\r\n", "A".repeat(100_000))),
        // with the field that nginx adds there are too many for us
        Case::served("many-headers-ok", fields(100)).nginx(ONE_MORE, &[431, 200]),
        Case::refused("many-headers", 431, fields(101)),
        Case::refused("many-headers-endless", 431, get(&"A: b\r\n".repeat(9_000))),
        Case::served("long-header-value-ok", get(&format!("A: {}\r\n", "b".repeat(60_000)))),
        Case::refused("long-header-value", 431, get(&format!("A: {}\r\n", "b".repeat(66_000)))),
        Case::refused("long-header-name", 431, get(&format!("{}: b\r\n", "A".repeat(66_000)))),
        Case::refused(
            "long-header-name-64k",
            400,
            get(&format!("{}: b\r\n", "A".repeat(65_000))).replace("A: b", " : b"),
        ),
        Case::served("cookie-oversized-ok", get(&format!("Cookie: a={}\r\n", "b".repeat(8_192)))),
    ]
}
