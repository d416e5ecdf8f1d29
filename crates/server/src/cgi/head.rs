//! The head of a program's answer (RFC 3875 6): what of it reaches the client.

use http::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderName, HeaderValue, LOCATION, SERVER, SET_COOKIE,
    STRICT_TRANSPORT_SECURITY, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, StatusCode};
use portreeve_types::Service;

/// The most that a head takes.
pub const LARGEST: usize = 32 << 10;

/// The most fields of a head.
const MOST_FIELDS: usize = 100;

/// Fields that are the server's own matter.
const OURS: [HeaderName; 17] = [
    CONNECTION,
    CONTENT_LENGTH,
    DATE,
    HeaderName::from_static("keep-alive"),
    SERVER,
    // a script of a plugin has its own folder, and no say over the pages beside it
    HeaderName::from_static("service-worker-allowed"),
    // these hold for all of the origin, some for months: where to report each of its addresses, what to forget, how to
    // reach it
    HeaderName::from_static("nel"),
    HeaderName::from_static("report-to"),
    HeaderName::from_static("clear-site-data"),
    STRICT_TRANSPORT_SECURITY,
    HeaderName::from_static("alt-svc"),
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-portreeve-hint"),
];

/// A head, as the client gets it.
#[derive(Debug, PartialEq)]
pub struct Head {
    /// The status.
    pub status: StatusCode,
    /// The program's own words after it.
    pub reason: Option<String>,
    /// The fields that reach the client.
    pub fields: HeaderMap,
}

/// Where a head ends and the body begins, once both line ends are there.
#[must_use]
pub fn end(bytes: &[u8]) -> Option<usize> {
    let mut lines = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if !line.ends_with(b"\n") {
            return None;
        }
        lines += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            return Some(lines);
        }
    }
    None
}

impl Head {
    /// Reads a head up to its empty line.
    ///
    /// # Errors
    /// When it is none: what is wrong with it.
    pub fn parse(bytes: &[u8]) -> Result<Head, &'static str> {
        let (mut status, mut reason, mut fields) = (None, None, HeaderMap::new());
        for line in bytes.split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            let (name, value) = field(line)?;
            if name.as_str() == "status" {
                let (code, words) = status_line(value)?;
                (status, reason) = (Some(code), words);
            } else if fields.len() >= MOST_FIELDS {
                return Err("it has too many header fields");
            } else if !is_ours(&name, value) {
                let value = HeaderValue::from_bytes(value).map_err(|_| "a header field is not readable")?;
                fields.append(name, value);
            }
        }
        let status = match (status, fields.get(LOCATION)) {
            (Some(status), _) => status,
            (None, Some(_)) => StatusCode::FOUND,
            (None, None) if fields.contains_key(CONTENT_TYPE) => StatusCode::OK,
            (None, None) => return Err("it has neither Content-Type nor Location nor Status"),
        };
        match fields.get(LOCATION) {
            Some(place) if !is_place(place.as_bytes()) => Err("its Location is neither a path nor http(s)"),
            _ => Ok(Head { status, reason, fields }),
        }
    }
}

fn field(line: &[u8]) -> Result<(HeaderName, &[u8]), &'static str> {
    let colon = line.iter().position(|byte| *byte == b':').ok_or("its header has a line without a colon")?;
    let (name, value) = line.split_at(colon);
    let name = HeaderName::from_bytes(name).map_err(|_| "its header has a line that is no field")?;
    Ok((name, value.get(1..).unwrap_or_default().trim_ascii()))
}

/// `404 Not Found`: a final status, and words for the reason phrase.
fn status_line(value: &[u8]) -> Result<(StatusCode, Option<String>), &'static str> {
    let wrong = "its Status is not a number from 200 to 599";
    let (code, words) = value.split_at_checked(3).ok_or(wrong)?;
    let status = StatusCode::from_bytes(code).map_err(|_| wrong)?;
    let fits = (200..600).contains(&status.as_u16()) && words.first().is_none_or(|byte| *byte == b' ');
    if !fits {
        return Err(wrong);
    }
    let words = std::str::from_utf8(words.trim_ascii()).unwrap_or_default();
    Ok((status, (!words.is_empty()).then(|| words.to_owned())))
}

/// Framing is ours, and no plugin sets or takes a cookie of ours.
fn is_ours(name: &HeaderName, value: &[u8]) -> bool {
    OURS.contains(name) || (*name == SET_COOKIE && !is_cookie_of_a_plugin(value))
}

/// A cookie without a name is none: browsers send its value alone, which may look like one of ours with its name.
fn is_cookie_of_a_plugin(value: &[u8]) -> bool {
    let pair = value.split(|byte| *byte == b';').next().unwrap_or_default();
    let equals = pair.iter().position(|byte| *byte == b'=');
    let name = equals.and_then(|equals| std::str::from_utf8(pair.get(..equals)?.trim_ascii()).ok());
    name.is_some_and(|name| !name.is_empty() && !Service::is_reserved_cookie(name))
}

/// A path, or an address of the web: nothing that a browser would run.
fn is_place(place: &[u8]) -> bool {
    let before_path = place.split(|byte| matches!(byte, b'/' | b'?' | b'#')).next().unwrap_or_default();
    let lower = before_path.to_ascii_lowercase();
    !before_path.contains(&b':') || lower == b"http:" || lower == b"https:"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_ends_with_its_empty_line_whatever_the_line_ends() {
        assert_eq!(end(b"A: b\n\nbody\n\n"), Some(6));
        assert_eq!(end(b"A: b\r\n\r\nbody"), Some(8));
        assert_eq!(end(b"\nbody"), Some(1));
        for open in [&b""[..], b"A: b", b"A: b\n", b"A: b\r\n\r"] {
            assert_eq!(end(open), None);
        }
    }

    #[test]
    fn status_and_location_decide_and_framing_is_ours() {
        let head = Head::parse(
            b"Status: 404 Not Here\r\nContent-Type: text/plain\r\nContent-Length: 99\r\nTransfer-Encoding: x\r\n\
              Connection: close\r\nSet-Cookie: cpsession=x\r\nSet-Cookie: a=b\r\nX-Request-Id: 1\r\n\
              Service-Worker-Allowed: /\r\n\r\n",
        )
        .unwrap();
        assert_eq!((head.status.as_u16(), head.reason.as_deref()), (404, Some("Not Here")));
        let names: Vec<_> =
            head.fields.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        assert_eq!(names, [("content-type", &b"text/plain"[..]), ("set-cookie", b"a=b")]);
        let empty = Head::parse(b"Status: 204\n\n").unwrap();
        assert_eq!((empty.status, empty.fields.len()), (StatusCode::NO_CONTENT, 0));
        for place in ["/cpsess1/x", "https://a.example/", "next.cgi?a=b:c", "HTTP://a/"] {
            let head = Head::parse(format!("Location: {place}\n\n").as_bytes()).unwrap();
            assert_eq!(head.status, StatusCode::FOUND, "{place}");
        }
    }

    #[test]
    fn no_cookie_of_ours_is_set_by_whatever_spelling() {
        let cookies = |value: &str| {
            let head = Head::parse(format!("Status: 200\nSet-Cookie: {value}\n\n").as_bytes()).unwrap();
            head.fields.contains_key(SET_COOKIE)
        };
        for good in ["a=b", "a=", "a=cpsession=x", "a=b; Path=/; Secure"] {
            assert!(cookies(good), "{good}");
        }
        for bad in
            ["cpsession=x", " cpsession =x", "=cpsession=x", " = cpsession=x", "cpsession", "", "; a=b"]
        {
            assert!(!cookies(bad), "{bad}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (bytes, wrong) in [
            (&b"\n"[..], "neither"),
            (b"HTTP/1.1 200 OK\nContent-Type: a/b\n\n", "colon"),
            (b"no field\n\n", "colon"),
            (b"a b: c\n\n", "no field"),
            (b"Status: 100 Continue\nContent-Type: a/b\n\n", "Status"),
            (b"Status: 2000\n\n", "Status"),
            (b"Status: x\n\n", "Status"),
            (b"Content-Type: a\x01b\n\n", "readable"),
            (b"Content-Type: a\rX: y\n\n", "readable"),
            (b"Location: javascript:alert(1)\n\n", "Location"),
        ] {
            let why = Head::parse(bytes).unwrap_err();
            assert!(why.contains(wrong), "{why}");
        }
    }
}
