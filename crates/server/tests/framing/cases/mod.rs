//! The table, one file for each theme.

mod chunks;
mod expect;
mod fields;
mod hosts;
mod lengths;
mod limits;
mod nginx;
mod request_line;
mod sequences;
mod transfer_encoding;

/// What a client sends, and what must come back.
pub struct Case {
    /// Its name, in the manner of Http11Probe.
    pub name: &'static str,
    /// What is sent, one write after the other.
    pub pieces: Vec<Vec<u8>>,
    /// The statuses of the answers, interim ones too. Each 200 is one request that reached the service.
    pub statuses: Vec<u16>,
    /// The first answer's body, where it matters.
    pub body: Option<&'static str>,
    /// What happens then.
    pub then: Then,
    /// What comes back behind nginx, and why, where nginx neither answers the same nor refuses by itself.
    pub behind_nginx: Option<(&'static str, &'static [u16])>,
}

/// What happens after the bytes of a case are sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// The connection is still in step: one more request gets its own answer.
    Kept,
    /// The server closes the connection by itself.
    Closed,
    /// The client ends its side, and the server closes the connection.
    HalfClosed,
}

impl Case {
    /// Sent in one write; the answers have these statuses.
    pub fn new(name: &'static str, bytes: impl Into<Vec<u8>>, statuses: &[u16], then: Then) -> Self {
        Self {
            name,
            pieces: vec![bytes.into()],
            statuses: statuses.to_vec(),
            body: None,
            then,
            behind_nginx: None,
        }
    }

    /// One request that is answered; the connection is kept.
    pub fn served(name: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(name, bytes, &[200], Then::Kept)
    }

    /// Refused with this status; the connection closes.
    pub fn refused(name: &'static str, status: u16, bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(name, bytes, &[status], Then::Closed)
    }

    /// The first answer has this body.
    pub fn body(mut self, body: &'static str) -> Self {
        self.body = Some(body);
        self
    }

    /// nginx reads it otherwise, and passes on what it understood.
    pub fn nginx(mut self, why: &'static str, statuses: &'static [u16]) -> Self {
        self.behind_nginx = Some((why, statuses));
        self
    }

    /// More bytes, in a write of their own.
    pub fn and_then(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.pieces.push(bytes.into());
        self
    }

    /// The same bytes, each in a write of its own.
    pub fn byte_by_byte(mut self) -> Self {
        self.pieces = self.pieces.concat().into_iter().map(|byte| vec![byte]).collect();
        self
    }
}

/// A GET with these further header lines.
pub fn get(lines: &str) -> String {
    format!("GET / HTTP/1.1\r\nHost: x\r\n{lines}\r\n")
}

/// A POST with these further header lines, and what follows them.
pub fn post(lines: &str, body: &str) -> String {
    format!("POST / HTTP/1.1\r\nHost: x\r\n{lines}\r\n{body}")
}

/// A whole request that must not be seen when it is smuggled inside another.
pub const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

/// All of them.
pub fn all() -> Vec<Case> {
    [
        request_line::cases(),
        fields::cases(),
        hosts::cases(),
        lengths::cases(),
        transfer_encoding::cases(),
        chunks::cases(),
        expect::cases(),
        limits::cases(),
        sequences::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
