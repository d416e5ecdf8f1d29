//! `Host`.

use super::nginx::LOOSE;
use super::{Case, Then};

pub fn cases() -> Vec<Case> {
    let host = |lines: &str| format!("GET / HTTP/1.1\r\n{lines}\r\n");
    vec![
        Case::refused("host-missing", 400, host("")),
        Case::refused("host-empty-value", 400, host("Host:\r\n")),
        Case::refused("duplicate-host-same", 400, host("Host: x\r\nHost: x\r\n")),
        Case::refused("duplicate-host-different", 400, host("Host: x\r\nhost: y\r\n")),
        Case::refused("multiple-host-comma", 400, host("Host: x, y\r\n")),
        Case::refused("host-with-path", 400, host("Host: x/y\r\n")),
        Case::refused("host-with-userinfo", 400, host("Host: u@x\r\n")),
        Case::refused("host-with-space", 400, host("Host: x y\r\n")),
        Case::refused("host-bad-port", 400, host("Host: x:80a\r\n")).nginx(LOOSE, &[200]),
        Case::served("host-with-port", host("Host: x:2083\r\n")),
        Case::served("host-ipv6", host("Host: [::1]:2083\r\n")),
        Case::new("http10-no-host", "GET / HTTP/1.0\r\n\r\n", &[200], Then::Closed),
        Case::refused("http10-duplicate-host", 400, "GET / HTTP/1.0\r\nHost: x\r\nHost: x\r\n\r\n"),
    ]
}
