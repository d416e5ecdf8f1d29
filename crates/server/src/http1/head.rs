//! From the bytes of a head to a request without its body.

use std::mem::MaybeUninit;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, Version};

use super::limits::Limits;
use super::lines::{is_field_value, is_token};
use super::refusal::Refusal;
use super::rules::{self, Framing};
use super::target::request_target;

/// A head that broke no rule.
#[derive(Debug)]
pub struct Head {
    /// GET, HEAD or POST.
    pub method: Method,
    /// Path and query.
    pub uri: Uri,
    /// HTTP/1.0 or HTTP/1.1.
    pub version: Version,
    /// The header fields, in order for each name.
    pub headers: HeaderMap,
    /// Where the body ends.
    pub framing: Framing,
    /// The client waits for `100 Continue` before it sends the body.
    pub expects_continue: bool,
    /// The client wants to use the connection again.
    pub kept: bool,
}

impl Head {
    /// Reads a head whose end [`super::HeadScan`] found.
    pub fn parse(bytes: &Bytes, limits: &Limits) -> Result<Self, Refusal> {
        let mut fields = [const { MaybeUninit::uninit() }; Limits::FIELD_CAPACITY];
        let mut request = httparse::Request::new(&mut []);
        match request.parse_with_uninit_headers(bytes, &mut fields) {
            Ok(httparse::Status::Complete(length)) if length == bytes.len() => {}
            Ok(_) => return Err(Refusal::RequestLine),
            Err(error) => return Err(explain(error, bytes)),
        }
        let version = if request.version == Some(0) { Version::HTTP_10 } else { Version::HTTP_11 };
        let method = match request.method.unwrap_or_default() {
            "GET" => Method::GET,
            "HEAD" => Method::HEAD,
            "POST" => Method::POST,
            _ => return Err(Refusal::Method),
        };
        let target = bytes.slice_ref(request.path.unwrap_or_default().as_bytes());
        let headers = header_map(bytes, request.headers)?;
        let host = rules::host(version, &headers)?;
        let uri = request_target(target, host.map(HeaderValue::as_bytes))?;
        let framing = rules::framing(version, &headers)?;
        if matches!(framing, Framing::Length(length) if length > limits.body) {
            return Err(Refusal::BodyTooLarge);
        }
        let expects_continue = rules::expects_continue(version, &headers)?;
        let kept = rules::is_kept(version, &headers);
        Ok(Self { method, uri, version, headers, framing, expects_continue, kept })
    }
}

/// The fields as a map. Values share the head's memory.
fn header_map(head: &Bytes, fields: &[httparse::Header<'_>]) -> Result<HeaderMap, Refusal> {
    let mut headers = HeaderMap::with_capacity(fields.len());
    for field in fields {
        let name = HeaderName::from_bytes(field.name.as_bytes()).map_err(|_| Refusal::FieldName)?;
        let value =
            HeaderValue::from_maybe_shared(head.slice_ref(field.value)).map_err(|_| Refusal::FieldValue)?;
        headers.append(name, value);
    }
    Ok(headers)
}

/// Which rule the parser's error stands for.
fn explain(error: httparse::Error, head: &[u8]) -> Refusal {
    match error {
        httparse::Error::Version => Refusal::Version,
        httparse::Error::TooManyHeaders => Refusal::TooManyFields,
        httparse::Error::HeaderName | httparse::Error::HeaderValue | httparse::Error::NewLine => {
            explain_field(head)
        }
        httparse::Error::Token if target_is_at_fault(head) => Refusal::TargetCharacter,
        httparse::Error::Token | httparse::Error::Status => Refusal::RequestLine,
    }
}

/// What the first broken header line breaks. A line that is no field, after `Authorization`, is the rest of
/// an access hash that was pasted with its line breaks.
fn explain_field(head: &[u8]) -> Refusal {
    let mut after_credential = false;
    for line in head.split(|&byte| byte == b'\n').skip(1) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        let colon = line.iter().position(|&byte| byte == b':').unwrap_or_default();
        let (name, value) = line.split_at(colon);
        if !is_token(name) {
            return if after_credential { Refusal::CredentialLineBreak } else { Refusal::FieldName };
        }
        if !is_field_value(value) {
            return Refusal::FieldValue;
        }
        after_credential = name.eq_ignore_ascii_case(b"authorization");
    }
    Refusal::RequestLine
}

/// Whether the method and the version are in order, so that the target cannot be.
fn target_is_at_fault(head: &[u8]) -> bool {
    let line = head.split(|&byte| byte == b'\r').next().unwrap_or_default();
    let mut words = line.split(|&byte| byte == b' ');
    let (method, target, version) = (words.next(), words.next(), words.next());
    let version_fits = version.is_some_and(|version| version.starts_with(b"HTTP/")) && words.next().is_none();
    method.is_some_and(is_token) && target.is_some_and(|target| !target.is_empty()) && version_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(head: &'static [u8]) -> Refusal {
        Head::parse(&Bytes::from_static(head), &Limits::default())
            .expect_err("the head should have been refused")
    }

    #[test]
    fn a_head_becomes_its_parts() {
        let head =
            Bytes::from_static(b"POST /a?b HTTP/1.1\r\nHost: h\r\nX-A:  b \r\nContent-Length: 3\r\n\r\n");
        let head = Head::parse(&head, &Limits::default()).unwrap();
        assert_eq!((head.method, head.uri.to_string().as_str()), (Method::POST, "/a?b"));
        assert_eq!(head.headers["x-a"], "b");
        assert_eq!(head.framing, Framing::Length(3));
        assert!(head.kept && !head.expects_continue);
    }

    #[test]
    fn each_refusal_names_the_rule_that_was_broken() {
        assert_eq!(refusal(b"GET / HTTP/1.2\r\nHost: h\r\n\r\n"), Refusal::Version);
        assert_eq!(refusal(b"GET  / HTTP/1.1\r\nHost: h\r\n\r\n"), Refusal::RequestLine);
        assert_eq!(refusal(b"GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n"), Refusal::TargetCharacter);
        assert_eq!(refusal(b"GET / HTTP/1.1\r\nHost : h\r\n\r\n"), Refusal::FieldName);
        assert_eq!(refusal(b"GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n"), Refusal::FieldName);
        assert_eq!(refusal(b"GET / HTTP/1.1\r\nHost: h\r\nA: b\x00\r\n\r\n"), Refusal::FieldValue);
        assert_eq!(refusal(b"DELETE / HTTP/1.1\r\nHost: h\r\n\r\n"), Refusal::Method);
    }

    #[test]
    fn an_access_hash_pasted_with_its_line_breaks_is_named() {
        let pasted = b"GET / HTTP/1.1\r\nHost: h\r\nAuthorization: WHM root:abc\r\ndef\r\n\r\n";
        assert_eq!(refusal(pasted), Refusal::CredentialLineBreak);
    }
}
