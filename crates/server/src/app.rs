//! What every connection shares.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use portreeve_api::Environment;
use portreeve_crypt::{Entropy, random};

use crate::cgi::Cgi;
use crate::http1::Limits;
use crate::log::RequestLog;

/// What this server is told once, at its start.
pub struct Settings {
    /// The bounds of one connection.
    pub limits: Limits,
    /// Connections in all; one more is answered with 503.
    pub connections: usize,
    /// Connections from one address; one more is answered with 429.
    pub connections_per_address: usize,
    /// The system user whose programs may act for every account over the API socket, beside root.
    pub trusted_uid: Option<u32>,
}

/// The server's shared state.
pub struct App {
    /// What functions work with.
    pub environment: Arc<Environment>,
    /// What the server was told at its start.
    pub settings: Settings,
    /// Plugins.
    pub cgi: Cgi,
    /// Where request lines go.
    pub log: RequestLog,
    /// What requests are called.
    pub request_ids: RequestIds,
}

/// Makes an identity for each request: the process's own random half, and a running number.
pub struct RequestIds {
    process: String,
    next: AtomicU32,
}

impl RequestIds {
    /// Identities of this process.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> RequestIds {
        RequestIds { process: random::hex(entropy, 4), next: AtomicU32::new(0) }
    }

    /// The next request's: 16 hexadecimal digits.
    #[must_use]
    pub fn next(&self) -> String {
        format!("{}{:08x}", self.process, self.next.fetch_add(1, Ordering::Relaxed))
    }
}
