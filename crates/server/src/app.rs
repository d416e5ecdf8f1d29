//! What every connection shares.

use std::collections::HashMap;
use std::sync::Arc;

use portreeve_api::Environment;
use portreeve_types::Service;

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
    /// The TLS ports, for redirects from the plain ones.
    pub tls_ports: HashMap<Service, u16>,
    /// The system user whose programs may act for every account over the API socket, beside root.
    pub trusted_uid: Option<u32>,
}

/// The server's shared state.
pub struct App {
    /// What functions work with.
    pub environment: Arc<Environment>,
    /// What the server was told at its start.
    pub settings: Settings,
    /// Where request lines go.
    pub log: RequestLog,
}
