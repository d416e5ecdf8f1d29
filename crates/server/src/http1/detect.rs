//! Plain HTTP on a port that expects something else.

/// Whether the first bytes of a connection look like an HTTP request: a method in capital letters. TLS begins
/// with a byte that is no letter.
pub fn looks_like_http(first_bytes: &[u8]) -> bool {
    let method = first_bytes.split(|&byte| byte == b' ').next().unwrap_or_default();
    (1..=16).contains(&method.len()) && method.iter().all(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_line_is_told_from_a_tls_hello() {
        for plain in ["GET / HTTP/1.1\r\n", "G", "OPTIONS * HTTP/1.1"] {
            assert!(looks_like_http(plain.as_bytes()), "{plain}");
        }
        for other in [b"\x16\x03\x01\x02\x00\x01".as_slice(), b"", b"\x80.", b"SSH-2.0-x\r\n", b" GET"] {
            assert!(!looks_like_http(other), "{}", other.escape_ascii());
        }
    }
}
