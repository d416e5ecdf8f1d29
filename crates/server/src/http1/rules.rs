//! Rules for the header fields that say where a request ends and what follows it.
//!
//! Whatever two programs could read in two ways is refused, even where the standard would let it pass.

use http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Version};

use super::refusal::Refusal;
use super::target::is_host;

/// How the end of a request body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// There is no body.
    None,
    /// So many bytes follow, at least one.
    Length(u64),
    /// Chunks follow.
    Chunked,
}

/// How the body is framed (RFC 9112 6.3, stricter).
pub(super) fn framing(version: Version, headers: &HeaderMap) -> Result<Framing, Refusal> {
    let length = only(headers, CONTENT_LENGTH).map_err(|Repeated| Refusal::LengthRepeated)?;
    let encoding = only(headers, TRANSFER_ENCODING).map_err(|Repeated| Refusal::TransferEncoding)?;
    match (length, encoding) {
        (None, None) => Ok(Framing::None),
        (Some(_), Some(_)) => Err(Refusal::LengthAndChunked),
        (None, Some(_)) if version == Version::HTTP_10 => Err(Refusal::TransferEncodingVersion),
        (None, Some(value)) if value.as_bytes().eq_ignore_ascii_case(b"chunked") => Ok(Framing::Chunked),
        (None, Some(_)) => Err(Refusal::TransferEncoding),
        (Some(value), None) => match content_length(value.as_bytes()) {
            Some(0) => Ok(Framing::None),
            Some(length) => Ok(Framing::Length(length)),
            None => Err(Refusal::LengthMalformed),
        },
    }
}

/// 1 to 18 decimal digits: no sign, no list, and it always fits.
fn content_length(value: &[u8]) -> Option<u64> {
    let fits = (1..=18).contains(&value.len()) && value.iter().all(u8::is_ascii_digit);
    fits.then(|| value.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}

/// The host that the request names: exactly one field in HTTP/1.1, at most one in HTTP/1.0.
pub(super) fn host(version: Version, headers: &HeaderMap) -> Result<Option<&HeaderValue>, Refusal> {
    match only(headers, HOST).map_err(|Repeated| Refusal::HostRepeated)? {
        None if version == Version::HTTP_10 => Ok(None),
        None => Err(Refusal::HostMissing),
        Some(value) if value.is_empty() => Err(Refusal::HostMissing),
        Some(value) if is_host(value.as_bytes()) => Ok(Some(value)),
        Some(_) => Err(Refusal::HostMalformed),
    }
}

/// Whether the client waits for `100 Continue`. HTTP/1.0 knows no such answer.
pub(super) fn expects_continue(version: Version, headers: &HeaderMap) -> Result<bool, Refusal> {
    match only(headers, EXPECT).map_err(|Repeated| Refusal::Expectation)? {
        None => Ok(false),
        Some(value) if value.as_bytes().eq_ignore_ascii_case(b"100-continue") => {
            Ok(version != Version::HTTP_10)
        }
        Some(_) => Err(Refusal::Expectation),
    }
}

/// Whether the client wants to use the connection again.
pub(super) fn is_kept(version: Version, headers: &HeaderMap) -> bool {
    let has = |option: &str| {
        let values = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|token| token.trim().eq_ignore_ascii_case(option))
    };
    !has("close") && (version == Version::HTTP_11 || has("keep-alive"))
}

/// A field that may stand only once stood more than once.
struct Repeated;

fn only(headers: &HeaderMap, name: HeaderName) -> Result<Option<&HeaderValue>, Repeated> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(Repeated),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        let field = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        fields.iter().map(field).collect()
    }

    #[test]
    fn a_length_is_plain_digits_that_always_fit() {
        for (value, expected) in [("0", 0), ("007", 7), ("999999999999999999", 999_999_999_999_999_999)] {
            assert_eq!(content_length(value.as_bytes()), Some(expected));
        }
        for value in ["", "+1", "-1", "1,1", "0x1", "1_0", "1 ", "1000000000000000000"] {
            assert_eq!(content_length(value.as_bytes()), None, "{value:?}");
        }
    }

    #[test]
    fn a_body_has_one_frame_or_none() {
        let framing = |fields: &[(&'static str, &str)]| framing(Version::HTTP_11, &headers(fields));
        assert_eq!(framing(&[]), Ok(Framing::None));
        assert_eq!(framing(&[("content-length", "0")]), Ok(Framing::None));
        assert_eq!(framing(&[("content-length", "5")]), Ok(Framing::Length(5)));
        assert_eq!(framing(&[("transfer-encoding", "Chunked")]), Ok(Framing::Chunked));
        let both = [("content-length", "5"), ("transfer-encoding", "chunked")];
        assert_eq!(framing(&both), Err(Refusal::LengthAndChunked));
        let twice = [("content-length", "5"), ("content-length", "5")];
        assert_eq!(framing(&twice), Err(Refusal::LengthRepeated));
        assert_eq!(framing(&[("transfer-encoding", "gzip, chunked")]), Err(Refusal::TransferEncoding));
    }

    #[test]
    fn http_1_0_closes_unless_it_asks_to_be_kept() {
        assert!(!is_kept(Version::HTTP_10, &headers(&[])));
        assert!(is_kept(Version::HTTP_10, &headers(&[("connection", "TE, Keep-Alive")])));
        assert!(is_kept(Version::HTTP_11, &headers(&[])));
        assert!(!is_kept(
            Version::HTTP_11,
            &headers(&[("connection", "keep-alive"), ("connection", "x, close")])
        ));
    }
}
