//! What is told apart of answered requests: their service, the class of their status, and why one was none.

use http::StatusCode;
use portreeve_types::Service;

use super::label::label;
use crate::http1::Refusal;

label!(Service, "service": Cpanel => "cpanel", Whm => "whm", Webmail => "webmail");

/// The first digit of a status. 1xx is never an answer.
#[derive(Clone, Copy)]
pub enum StatusClass {
    /// 2xx.
    Success,
    /// 3xx.
    Redirection,
    /// 4xx.
    ClientError,
    /// 5xx.
    ServerError,
}

label!(
    StatusClass, "status":
    Success => "2xx",
    Redirection => "3xx",
    ClientError => "4xx",
    ServerError => "5xx",
);

impl StatusClass {
    /// The class of a status.
    pub fn of(status: StatusCode) -> StatusClass {
        match status.as_u16() {
            ..300 => StatusClass::Success,
            300..400 => StatusClass::Redirection,
            400..500 => StatusClass::ClientError,
            500.. => StatusClass::ServerError,
        }
    }
}

label!(
    Refusal, "reason":
    BareLineFeed => "bare_line_feed",
    BareCarriageReturn => "bare_carriage_return",
    CredentialLineBreak => "credential_line_break",
    RequestLine => "request_line",
    Version => "version",
    Method => "method",
    TargetCharacter => "target_character",
    TargetForm => "target_form",
    EncodedNul => "encoded_nul",
    FieldName => "field_name",
    FieldValue => "field_value",
    HostMissing => "host_missing",
    HostRepeated => "host_repeated",
    HostMalformed => "host_malformed",
    HostMismatch => "host_mismatch",
    LengthAndChunked => "length_and_chunked",
    LengthRepeated => "length_repeated",
    LengthMalformed => "length_malformed",
    TransferEncoding => "transfer_encoding",
    TransferEncodingVersion => "transfer_encoding_version",
    Expectation => "expectation",
    ChunkSize => "chunk_size",
    ChunkExtension => "chunk_extension",
    ChunkEnd => "chunk_end",
    Trailer => "trailer",
    HeadIncomplete => "head_incomplete",
    BodyIncomplete => "body_incomplete",
    HeadTimeout => "head_timeout",
    BodyTimeout => "body_timeout",
    BodyTooLarge => "body_too_large",
    RequestLineTooLong => "request_line_too_long",
    TooManyFields => "too_many_fields",
    FieldsTooLarge => "fields_too_large",
    TooManyConnections => "too_many_connections",
    Busy => "busy",
);
