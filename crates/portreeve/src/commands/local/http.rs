//! One request over a Unix socket. HTTP/1.0: the answer comes whole, with its length, and the connection ends.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// No answer of an API is larger.
const LARGEST_ANSWER: u64 = 256 << 20;

/// A POST of a form.
pub(super) struct Request<'a> {
    pub(super) host: &'a str,
    pub(super) path: &'a str,
    pub(super) authorization: &'a str,
    pub(super) form: &'a str,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Code and words.
    pub(super) status_line: String,
    pub(super) body: String,
}

impl Request<'_> {
    pub(super) fn send(&self, socket: &Path) -> Result<Answer> {
        let mut stream = UnixStream::connect(socket).context("connecting")?;
        let Request { host, path, authorization, form } = self;
        let head = format!(
            "POST {path} HTTP/1.0\r\nHost: {host}\r\nAuthorization: {authorization}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
            form.len()
        );
        stream.write_all(head.as_bytes()).context("sending the request")?;
        stream.write_all(form.as_bytes()).context("sending the request")?;
        let mut answer = Vec::new();
        stream.take(LARGEST_ANSWER).read_to_end(&mut answer).context("reading the answer")?;
        Answer::parse(answer)
    }
}

impl Answer {
    fn parse(bytes: Vec<u8>) -> Result<Answer> {
        let text = String::from_utf8(bytes).context("the answer is no text")?;
        let (head, body) = text.split_once("\r\n\r\n").context("the answer has no end of its head")?;
        let mut lines = head.split("\r\n");
        let status_line =
            lines.next().and_then(|line| line.strip_prefix("HTTP/1.")).and_then(|rest| rest.split_once(' '));
        let (_, status_line) = status_line.context("the answer is not HTTP")?;
        let status =
            status_line.split(' ').next().unwrap_or_default().parse().context("the answer's status")?;
        let mut length: Option<usize> = None;
        for line in lines {
            let (name, value) = line.split_once(':').context("a field without a colon")?;
            if name.eq_ignore_ascii_case("transfer-encoding") {
                bail!("the answer came in pieces");
            }
            if name.eq_ignore_ascii_case("content-length") {
                ensure!(length.is_none(), "the answer has two lengths");
                length = Some(value.trim().parse().context("the answer's length")?);
            }
        }
        ensure!(length.is_none_or(|length| length == body.len()), "the answer did not come whole");
        Ok(Answer { status, status_line: status_line.to_owned(), body: body.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Answer> {
        Answer::parse(text.as_bytes().to_owned())
    }

    #[test]
    fn an_answer_is_taken_apart() {
        let answer =
            parse("HTTP/1.1 403 Permission denied\r\nContent-Length: 2\r\nX-A: b\r\n\r\n{}").unwrap();
        assert_eq!((answer.status, answer.status_line.as_str()), (403, "403 Permission denied"));
        assert_eq!(answer.body, "{}");
    }

    #[test]
    fn an_answer_that_is_cut_off_or_ambiguous_is_none() {
        for bad in [
            "",
            "HTTP/1.1 200 OK\r\n",
            "SSH-2.0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
