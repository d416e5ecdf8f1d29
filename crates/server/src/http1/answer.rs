//! The bytes of a response's head.

use bytes::{BufMut, BytesMut};
use http::header::{CONNECTION, CONTENT_LENGTH, DATE, SERVER, TRANSFER_ENCODING};
use http::{HeaderMap, Response, StatusCode, Version};

use super::body::ResponseBody;
use super::date::http_date;
use super::reason::ReasonPhrase;
use super::spelling::put_name;

/// How the end of a response body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerFraming {
    /// The status says that there is no body.
    None,
    /// So many bytes.
    Length(u64),
    /// Chunks.
    Chunked,
    /// The end of the connection: HTTP/1.0 has no chunks.
    Close,
}

impl AnswerFraming {
    /// The framing of this response for a client of this version.
    pub(super) fn of(response: &Response<ResponseBody>, version: Version) -> Self {
        let bodiless = [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&response.status());
        match response.body() {
            _ if bodiless => Self::None,
            ResponseBody::Empty => Self::Length(0),
            ResponseBody::Full(bytes) => Self::Length(bytes.len() as u64),
            ResponseBody::Sized(length, _) => Self::Length(*length),
            ResponseBody::Stream(_) if version == Version::HTTP_10 => Self::Close,
            ResponseBody::Stream(_) => Self::Chunked,
        }
    }
}

/// The value of the answer's own `Connection` field, if it needs one.
pub(super) fn connection_option(version: Version, kept: bool) -> Option<&'static str> {
    match (version, kept) {
        (_, false) => Some("close"),
        (Version::HTTP_10, true) => Some("keep-alive"),
        (_, true) => None,
    }
}

/// Whether the service itself wants the connection to end.
pub(super) fn asks_to_close(headers: &HeaderMap) -> bool {
    headers.get(CONNECTION).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"close"))
}

/// Writes the head. The fields that frame the body are ours; a service that set them is not heard.
pub(super) fn put_head(
    out: &mut BytesMut,
    response: &Response<ResponseBody>,
    framing: AnswerFraming,
    connection: Option<&str>,
    unix_seconds: i64,
) {
    out.reserve(512);
    put_status_line(out, response);
    for (name, value) in response.headers() {
        if ![CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(name) {
            put_name(out, name);
            put_value(out, value.as_bytes());
        }
    }
    match framing {
        AnswerFraming::Length(length) => {
            put_field(out, b"Content-Length", itoa::Buffer::new().format(length).as_bytes());
        }
        AnswerFraming::Chunked => put_field(out, b"Transfer-Encoding", b"chunked"),
        AnswerFraming::None | AnswerFraming::Close => {}
    }
    if let Some(option) = connection {
        put_field(out, b"Connection", option.as_bytes());
    }
    if !response.headers().contains_key(SERVER) {
        put_field(out, b"Server", b"Portreeve");
    }
    if let Some(date) = http_date(unix_seconds).filter(|_| !response.headers().contains_key(DATE)) {
        put_field(out, b"Date", &date);
    }
    out.put_slice(b"\r\n");
}

/// Always HTTP/1.1: that is what we speak, to a client of HTTP/1.0 too (RFC 9110 6.2).
fn put_status_line(out: &mut BytesMut, response: &Response<ResponseBody>) {
    let status = response.status();
    let own = response.extensions().get::<ReasonPhrase>().and_then(ReasonPhrase::words);
    out.put_slice(b"HTTP/1.1 ");
    out.put_slice(status.as_str().as_bytes());
    out.put_slice(b" ");
    out.put_slice(own.or(status.canonical_reason()).unwrap_or_default().as_bytes());
    out.put_slice(b"\r\n");
}

fn put_field(out: &mut BytesMut, name: &[u8], value: &[u8]) {
    out.put_slice(name);
    put_value(out, value);
}

fn put_value(out: &mut BytesMut, value: &[u8]) {
    out.put_slice(b": ");
    out.put_slice(value);
    out.put_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(response: &Response<ResponseBody>, version: Version, kept: bool) -> String {
        let mut out = BytesMut::new();
        let framing = AnswerFraming::of(response, version);
        put_head(&mut out, response, framing, connection_option(version, kept), 784_111_777);
        String::from_utf8(out.to_vec()).unwrap()
    }

    #[test]
    fn a_head_is_spelled_and_framed_by_us() {
        let response = Response::builder()
            .status(403)
            .header("content-type", "text/plain")
            .header("content-length", "99")
            .header("transfer-encoding", "gzip")
            .extension(ReasonPhrase::new("Permission denied"))
            .body(ResponseBody::from(bytes::Bytes::from("no\n")))
            .unwrap();
        assert_eq!(
            head(&response, Version::HTTP_11, true),
            "HTTP/1.1 403 Permission denied\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\
             Server: Portreeve\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"
        );
    }

    #[test]
    fn a_reason_with_a_line_break_never_reaches_the_client() {
        let split = ReasonPhrase::new("ok\r\nSet-Cookie: a=b");
        let response = Response::builder().extension(split).body(ResponseBody::Empty).unwrap();
        assert!(
            head(&response, Version::HTTP_11, true).starts_with("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")
        );
    }

    #[test]
    fn a_stream_is_chunked_for_1_1_and_ends_with_the_connection_for_1_0() {
        let stream = || Response::new(ResponseBody::Stream(tokio::sync::mpsc::channel(1).1));
        assert!(head(&stream(), Version::HTTP_11, true).contains("Transfer-Encoding: chunked\r\n"));
        let old = head(&stream(), Version::HTTP_10, false);
        assert!(!old.contains("Transfer-Encoding") && !old.contains("Content-Length"), "{old}");
        assert!(old.contains("Connection: close\r\n"), "{old}");
    }

    #[test]
    fn no_content_has_no_length() {
        let response = Response::builder().status(204).body(ResponseBody::Empty).unwrap();
        assert!(!head(&response, Version::HTTP_11, true).contains("Content-Length"));
    }
}
