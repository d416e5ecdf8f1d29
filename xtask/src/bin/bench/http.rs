//! Requests as bytes, and answers as they come.

use std::fmt::Write;

use anyhow::{Result, bail};

/// A request's fields beside those that every request has.
pub type Fields<'a> = [(&'a str, &'a str)];

/// The bytes of a GET with these fields.
pub fn get(path: &str, fields: &Fields<'_>) -> Vec<u8> {
    request("GET", path, fields, "")
}

/// The bytes of a form that is sent.
pub fn post(path: &str, fields: &Fields<'_>, form: &str) -> Vec<u8> {
    let length = form.len().to_string();
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    request("POST", path, &[fields, &[kind, ("Content-Length", &length)]].concat(), form)
}

fn request(method: &str, path: &str, fields: &Fields<'_>, body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
    for (name, value) in fields {
        // Writing to a String cannot fail.
        let _ = write!(text, "{name}: {value}\r\n");
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// An answer in a connection's buffer.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    pub status: u16,
    pub head: &'a str,
    pub body: &'a str,
}

impl<'a> Answer<'a> {
    /// The answer at the beginning of a buffer, once all of it is there.
    pub fn read(buffer: &'a [u8]) -> Result<Option<Answer<'a>>> {
        let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
        let Some((head, rest)) = buffer.split_at_checked(end + 4) else { return Ok(None) };
        let (head, rest) = (std::str::from_utf8(head)?, std::str::from_utf8(rest)?);
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        let Some(status) = status else { bail!("this is no answer: {head}") };
        let answer = |body| Answer { status, head, body };
        let body = match values(head, "content-length").next() {
            Some(length) => rest.get(..length.parse()?),
            // programs' answers have no length; none of ours holds the last chunk's bytes itself
            None => rest.strip_suffix("\r\n0\r\n\r\n"),
        };
        Ok(body.map(answer))
    }
}

/// An answer that is kept.
pub struct Kept {
    pub head: String,
    pub body: String,
}

impl Kept {
    /// The value of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        values(&self.head, name).next()
    }

    /// The cookie of this name, as it is sent back.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let mut cookies = values(&self.head, "set-cookie").filter_map(|value| value.split(';').next());
        cookies.find(|cookie| cookie.split_once('=').is_some_and(|(own, _)| own == name))
    }
}

/// The values of the fields of a name.
fn values<'a>(head: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let pairs = head.split("\r\n").filter_map(|line| line.split_once(": "));
    pairs.filter(move |(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_there_when_all_of_it_is() {
        let whole = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc";
        for length in 0..whole.len() {
            assert!(Answer::read(&whole[..length]).unwrap().is_none(), "{length}");
        }
        let answer = Answer::read(whole).unwrap().unwrap();
        assert_eq!((answer.status, answer.body), (200, "abc"));
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let head =
            "HTTP/1.1 200 OK\r\nSet-Cookie: session2=b; Path=/\r\nset-cookie: session=1; Path=/\r\n\r\n";
        let kept = Kept { head: head.to_owned(), body: String::new() };
        assert_eq!(kept.cookie("session"), Some("session=1"));
    }

    #[test]
    fn a_chunked_answer_ends_with_its_last_chunk() {
        let whole = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        assert!(Answer::read(&whole[..whole.len() - 1]).unwrap().is_none());
        assert_eq!(Answer::read(whole).unwrap().unwrap().body, "3\r\nabc");
    }
}
