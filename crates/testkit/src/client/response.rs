//! An answer, taken apart.

use std::fmt;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::must::must;

/// The head of an answer.
pub(super) struct Head {
    status: u16,
    reason: String,
    headers: Vec<(String, String)>,
}

/// How an answer's body ends.
pub(super) enum Body {
    Length(usize),
    Chunked,
    ToTheEnd,
}

impl Head {
    pub(super) fn parse(bytes: &[u8]) -> anyhow::Result<Head> {
        let text = std::str::from_utf8(bytes).context("a head that is no text")?;
        let mut lines = text.trim_end_matches("\r\n").split("\r\n");
        let first = lines.next().context("no status line")?;
        let (version, rest) = first.split_once(' ').context("no blank in the status line")?;
        ensure!(version == "HTTP/1.1" || version == "HTTP/1.0", "the answer begins with {first:?}");
        let (status, reason) = rest.split_once(' ').unwrap_or((rest, ""));
        let headers = lines
            .map(|line| {
                let (name, value) = line.split_once(": ").with_context(|| format!("the field {line:?}"))?;
                Ok((name.to_owned(), value.to_owned()))
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Head { status: status.parse().context("the status")?, reason: reason.to_owned(), headers })
    }

    pub(super) fn body(&self, head_only: bool) -> anyhow::Result<Body> {
        if head_only || self.status == 204 || self.status == 304 {
            return Ok(Body::Length(0));
        }
        if self.field("Transfer-Encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            return Ok(Body::Chunked);
        }
        match self.field("Content-Length") {
            Some(length) => Ok(Body::Length(length.parse().context("Content-Length")?)),
            None => Ok(Body::ToTheEnd),
        }
    }

    fn field(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The words after it.
    pub reason: String,
    /// The header fields as they came, in their order and spelling.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    pub(super) fn new(head: Head, body: Vec<u8>) -> Response {
        Response { status: head.status, reason: head.reason, headers: head.headers, body }
    }

    /// A field's value, whatever the case of its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The `Set-Cookie` field of this cookie, whole.
    #[must_use]
    pub fn set_cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case("Set-Cookie"));
        cookies
            .map(|(_, value)| value.as_str())
            .find(|value| value.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
    }

    /// The value that a cookie is set to; none when it is not set, or taken back.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let set = self.set_cookie(name)?.split(';').next()?.split_once('=')?.1;
        (set != "no").then_some(set)
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        must(serde_json::from_slice(&self.body).with_context(|| format!("no JSON: {self:?}")))
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Status line, fields and body as one text.
    #[must_use]
    pub fn whole(&self) -> String {
        let fields = self.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
        format!("{} {}\n{}\n{}", self.status, self.reason, fields.collect::<String>(), self.text())
    }

    /// Seconds of `Retry-After`.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        self.header("Retry-After")?.parse().ok()
    }

    /// The id that the request's line in the log has too.
    #[must_use]
    pub fn request_id(&self) -> &str {
        must(self.header("X-Request-Id").with_context(|| format!("no X-Request-Id: {self:?}")))
    }

    /// Whether anything in the answer looks like a security token to a script.
    #[must_use]
    pub fn shows_a_security_token(&self) -> bool {
        let whole = self.whole().to_ascii_lowercase();
        whole.split("cpsess").skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.whole())
    }
}
