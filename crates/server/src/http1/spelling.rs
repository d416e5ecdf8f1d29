//! Field names as the field spells them: `Content-Type`, `WWW-Authenticate`, `ETag`.

use bytes::{BufMut, BytesMut};
use http::HeaderName;

/// Words that are not written with one capital letter.
const WORDS: [(&str, &str); 7] = [
    ("www", "WWW"),
    ("etag", "ETag"),
    ("dns", "DNS"),
    ("xss", "XSS"),
    ("ua", "UA"),
    ("md5", "MD5"),
    ("websocket", "WebSocket"),
];

/// Writes a name, each word with its capital letters.
pub(super) fn put_name(out: &mut BytesMut, name: &HeaderName) {
    for (index, word) in name.as_str().split('-').enumerate() {
        if index > 0 {
            out.put_u8(b'-');
        }
        if let Some((_, spelled)) = WORDS.iter().find(|(plain, _)| *plain == word) {
            out.put_slice(spelled.as_bytes());
        } else if let Some((first, rest)) = word.as_bytes().split_first() {
            out.put_u8(first.to_ascii_uppercase());
            out.put_slice(rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_the_field_does() {
        for name in
            ["Content-Type", "Set-Cookie", "X-Request-Id", "WWW-Authenticate", "ETag", "Location", "X-A--B"]
        {
            let mut out = BytesMut::new();
            put_name(&mut out, &HeaderName::from_bytes(name.as_bytes()).unwrap());
            assert_eq!(out.as_ref(), name.as_bytes());
        }
    }
}
