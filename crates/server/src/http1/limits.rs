//! How much and how long: every bound of one connection.

use std::time::Duration;

/// The bounds of one connection. Each that a client can hit has its own answer (see [`super::Refusal`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request line without its line end; more is 414.
    pub request_line: usize,
    /// Bytes of a request line and its header fields together; more is 431. Trailers have the same bound.
    pub head: usize,
    /// Header fields of one request, at most [`Limits::FIELD_CAPACITY`]; more is 431.
    pub fields: usize,
    /// Bytes of a request body; more is 413, and from a `Content-Length` before anything of it is read.
    pub body: u64,
    /// From the first byte of a head to its last, and for a new connection to its first byte; 408 after that.
    pub head_time: Duration,
    /// How long a kept connection may wait for its next request; it then closes without a word.
    pub idle_time: Duration,
    /// The longest silence inside a request body; 408 after that.
    pub body_silence: Duration,
    /// Bytes a second that a body must bring on average once `body_grace` is over; 408 below that.
    pub body_rate: u64,
    /// Waiting time that a body has in hand before its average counts.
    pub body_grace: Duration,
    /// The longest time for which a client may take nothing of an answer; the connection then ends.
    pub write_silence: Duration,
    /// Bytes of an unread request body that are read and dropped so that the connection can be kept.
    pub drain: u64,
    /// Bytes that are read and dropped before a connection with unread input is closed.
    pub linger: usize,
    /// How long that may take.
    pub linger_time: Duration,
}

impl Limits {
    /// The largest useful value of `fields`.
    pub const FIELD_CAPACITY: usize = 256;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_line: 16 * 1024,
            head: 64 * 1024,
            fields: 100,
            body: 1024 * 1024 * 1024,
            head_time: Duration::from_secs(20),
            idle_time: Duration::from_secs(75),
            body_silence: Duration::from_secs(30),
            body_rate: 500,
            body_grace: Duration::from_secs(30),
            write_silence: Duration::from_secs(30),
            drain: 256 * 1024,
            linger: 4 * 1024 * 1024,
            linger_time: Duration::from_secs(1),
        }
    }
}
