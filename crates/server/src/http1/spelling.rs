//! Field names as the field spells them: `Content-Type`, `WWW-Authenticate`, `ETag`.

use bytes::{BufMut, BytesMut};
use http::HeaderName;
use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

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

/// The names that most answers have, so that their words need not be looked for.
const USUAL: [(HeaderName, &str); 7] = [
    (CONTENT_TYPE, "Content-Type"),
    (CACHE_CONTROL, "Cache-Control"),
    (X_CONTENT_TYPE_OPTIONS, "X-Content-Type-Options"),
    (X_FRAME_OPTIONS, "X-Frame-Options"),
    (REFERRER_POLICY, "Referrer-Policy"),
    (HeaderName::from_static("x-request-id"), "X-Request-Id"),
    (SET_COOKIE, "Set-Cookie"),
];

/// Writes a name, each word with its capital letters.
pub(super) fn put_name(out: &mut BytesMut, name: &HeaderName) {
    match USUAL.iter().find(|(usual, _)| usual == name) {
        Some((_, spelled)) => out.put_slice(spelled.as_bytes()),
        None => put_words(out, name),
    }
}

fn put_words(out: &mut BytesMut, name: &HeaderName) {
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
        for (name, spelled) in USUAL {
            let mut out = BytesMut::new();
            put_words(&mut out, &name);
            assert_eq!(out.as_ref(), spelled.as_bytes());
        }
    }
}
