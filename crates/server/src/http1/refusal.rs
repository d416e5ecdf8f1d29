//! Every way in which a request is refused before it reaches a service, or while its body arrives.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};

use super::body::ResponseBody;
use super::reason::ReasonPhrase;

/// Why a request was refused. The connection always closes after the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A line ended with LF alone.
    BareLineFeed,
    /// A CR stood without its LF.
    BareCarriageReturn,
    /// The value of `Authorization` had a line break inside.
    CredentialLineBreak,
    /// The request line was not method, target and version with single blanks.
    RequestLine,
    /// The version was not HTTP/1.0 or HTTP/1.1.
    Version,
    /// The method was well-formed and not one of ours.
    Method,
    /// The target had a byte that must be percent-encoded.
    TargetCharacter,
    /// The target was neither a path nor an `http` or `https` address.
    TargetForm,
    /// The target had `%00`.
    EncodedNul,
    /// A header line had no proper name before its colon.
    FieldName,
    /// A header value had a control character.
    FieldValue,
    /// An HTTP/1.1 request had no `Host`, or an empty one.
    HostMissing,
    /// `Host` came more than once.
    HostRepeated,
    /// `Host` was not a name or address with an optional port.
    HostMalformed,
    /// The target named another host than `Host` did.
    HostMismatch,
    /// Both `Content-Length` and `Transfer-Encoding` were present.
    LengthAndChunked,
    /// `Content-Length` came more than once.
    LengthRepeated,
    /// `Content-Length` was not 1 to 18 decimal digits.
    LengthMalformed,
    /// `Transfer-Encoding` was something other than one `chunked`.
    TransferEncoding,
    /// `Transfer-Encoding` came with HTTP/1.0.
    TransferEncodingVersion,
    /// `Expect` was something other than `100-continue`.
    Expectation,
    /// A chunk's size was not 1 to 16 hexadecimal digits.
    ChunkSize,
    /// A chunk's extension was malformed or longer than 256 bytes.
    ChunkExtension,
    /// A chunk's data was not followed by CRLF.
    ChunkEnd,
    /// A line after the last chunk was not a header field.
    Trailer,
    /// The connection ended inside a head.
    HeadIncomplete,
    /// The connection ended inside a body.
    BodyIncomplete,
    /// The head did not arrive in time.
    HeadTimeout,
    /// The body stood still or came too slowly.
    BodyTimeout,
    /// The body was larger than the limit.
    BodyTooLarge,
    /// The request line was longer than the limit.
    RequestLineTooLong,
    /// There were more header fields than the limit.
    TooManyFields,
    /// The header fields or the trailers were larger than the limit.
    FieldsTooLarge,
    /// One address had too many connections open.
    TooManyConnections,
    /// The server had too many connections open.
    Busy,
}

impl Refusal {
    /// The status, the reason phrase, and what was wrong with the way to mend it.
    const fn parts(self) -> (StatusCode, &'static str, &'static str) {
        use Refusal as R;
        const BAD: StatusCode = StatusCode::BAD_REQUEST;
        match self {
            R::BareLineFeed => (
                BAD,
                "Bare line feed",
                "A line ends with LF alone; end every line of the request with CR LF.",
            ),
            R::BareCarriageReturn => (
                BAD,
                "Bare carriage return",
                "A CR stands without LF; end every line of the request with CR LF and put no CR inside one.",
            ),
            R::CredentialLineBreak => (
                BAD,
                "Line break in Authorization",
                "The value of Authorization has a line break; send the access hash on one line.",
            ),
            R::RequestLine => (
                BAD,
                "Malformed request line",
                "The request line is not a method, a target and a version with one blank between them; \
                 percent-encode blanks in the target.",
            ),
            R::Version => (
                BAD,
                "Unsupported version",
                "The request's version is not one of this server's; speak HTTP/1.1 or HTTP/1.0.",
            ),
            R::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                "Method Not Allowed",
                "The method is not served here; use GET, HEAD or POST.",
            ),
            R::TargetCharacter => (
                BAD,
                "Character in target",
                "The target has a character that must not stand there as it is; percent-encode everything \
                 but letters, digits and URL punctuation, and leave the fragment out.",
            ),
            R::TargetForm => (BAD, "Malformed target", "The target is not a path; begin it with a slash."),
            R::EncodedNul => (BAD, "NUL in target", "The target has %00; leave the NUL out."),
            R::FieldName => (
                BAD,
                "Malformed header field",
                "A header line is not a name directly followed by a colon; put each field on one line, \
                 without a blank before its name or its colon.",
            ),
            R::FieldValue => (
                BAD,
                "Control character in header field",
                "A header value has a control character; send visible characters, blanks and tabs only.",
            ),
            R::HostMissing => {
                (BAD, "No Host", "The request has no Host; send the name of this server in a Host field.")
            }
            R::HostRepeated => {
                (BAD, "Repeated Host", "The request has more than one Host; send exactly one.")
            }
            R::HostMalformed => (
                BAD,
                "Malformed Host",
                "The Host field is not a host name or address with an optional port; send just that.",
            ),
            R::HostMismatch => (
                BAD,
                "Host mismatch",
                "The target names another host than the Host field; send the same in both, or a path as \
                 the target.",
            ),
            R::LengthAndChunked => (
                BAD,
                "Two body lengths",
                "The request has both Content-Length and Transfer-Encoding; send only one of them.",
            ),
            R::LengthRepeated => (
                BAD,
                "Repeated Content-Length",
                "The request has more than one Content-Length; send exactly one number.",
            ),
            R::LengthMalformed => (
                BAD,
                "Malformed Content-Length",
                "Content-Length is not 1 to 18 decimal digits; send the body's size in bytes as a plain \
                 number.",
            ),
            R::TransferEncoding => (
                BAD,
                "Unsupported Transfer-Encoding",
                "Transfer-Encoding is not exactly one chunked; send the body as plain chunks or with a \
                 Content-Length.",
            ),
            R::TransferEncodingVersion => (
                BAD,
                "Transfer-Encoding in HTTP/1.0",
                "HTTP/1.0 has no Transfer-Encoding; send a Content-Length or speak HTTP/1.1.",
            ),
            R::Expectation => (
                StatusCode::EXPECTATION_FAILED,
                "Expectation Failed",
                "The Expect field asks for something unknown; send 100-continue or leave it out.",
            ),
            R::ChunkSize => (
                BAD,
                "Malformed chunk size",
                "A chunk's size is not 1 to 16 hexadecimal digits of a possible number; send the chunk's \
                 size in bytes in hexadecimal, directly before the CR LF.",
            ),
            R::ChunkExtension => (
                BAD,
                "Malformed chunk extension",
                "A chunk's extension is malformed or longer than 256 bytes; leave it out.",
            ),
            R::ChunkEnd => (
                BAD,
                "Malformed chunk",
                "A chunk's data is not followed by CR LF; make the chunk as long as its size says.",
            ),
            R::Trailer => (
                BAD,
                "Malformed trailer",
                "A line after the last chunk is not a header field; end the body with an empty line.",
            ),
            R::HeadIncomplete => (
                BAD,
                "Incomplete head",
                "The connection ended before the empty line that ends the header fields; send the whole \
                 head.",
            ),
            R::BodyIncomplete => (
                BAD,
                "Incomplete body",
                "The connection ended before the whole body came; send as much as was announced.",
            ),
            R::HeadTimeout => (
                StatusCode::REQUEST_TIMEOUT,
                "Request Timeout",
                "The request line and header fields did not arrive in time; send them at once.",
            ),
            R::BodyTimeout => (
                StatusCode::REQUEST_TIMEOUT,
                "Request Timeout",
                "The body stopped or came too slowly; send it without long pauses.",
            ),
            R::BodyTooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "Content Too Large",
                "The body is larger than this server takes; send less at a time.",
            ),
            R::RequestLineTooLong => (
                StatusCode::URI_TOO_LONG,
                "URI Too Long",
                "The request line is too long; send the arguments in the body of a POST.",
            ),
            R::TooManyFields => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "Request Header Fields Too Large",
                "The request has too many header fields; send fewer.",
            ),
            R::FieldsTooLarge => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "Request Header Fields Too Large",
                "The header fields are too large together; send less, or delete old cookies.",
            ),
            R::TooManyConnections => (
                StatusCode::TOO_MANY_REQUESTS,
                "Too Many Requests",
                "Your address has too many connections open; close some, or use one for many requests.",
            ),
            R::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Service Unavailable",
                "The server has as many connections as it can serve; try again in a moment.",
            ),
        }
    }

    /// The status of the answer.
    pub const fn status(self) -> StatusCode {
        self.parts().0
    }

    /// The reason phrase of the answer.
    pub const fn reason(self) -> &'static str {
        self.parts().1
    }

    /// One sentence: what was wrong, and what to send instead.
    pub const fn text(self) -> &'static str {
        self.parts().2
    }

    /// The plain answer, for a service to add its own fields to.
    pub fn response(self) -> Response<ResponseBody> {
        let mut response = Response::new(ResponseBody::Full(Bytes::from(format!("{}\n", self.text()))));
        *response.status_mut() = self.status();
        response.extensions_mut().insert(ReasonPhrase::new(self.reason()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        if self == Self::Method {
            headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
        }
        response
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.text())
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_method_is_told_which_ones_are_served() {
        let response = Refusal::Method.response();
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()[ALLOW], "GET, HEAD, POST");
    }

    #[test]
    fn a_broken_access_hash_is_told_to_be_sent_on_one_line() {
        assert_eq!(Refusal::CredentialLineBreak.status(), 400);
        assert!(Refusal::CredentialLineBreak.text().ends_with("send the access hash on one line."));
    }
}
