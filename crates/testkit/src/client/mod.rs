//! An HTTP client that hides nothing: reason phrases, several cookies, raw bytes, and the source address of its
//! connections.

mod call;
mod connection;
mod response;
mod tls;

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use anyhow::Context;

pub use call::Call;
pub use connection::Connection;
pub use response::Response;
pub(crate) use tls::TlsTrust;

use crate::must::must;

/// Where a client connects to.
#[derive(Clone)]
pub(crate) enum Endpoint {
    /// A TLS port.
    Tls(u16, TlsTrust),
    /// A plain port.
    Plain(u16),
    /// A Unix socket.
    Socket(PathBuf),
    /// A way in on which a proxy says something before the client's own bytes, which may be TLS.
    Proxied(ProxyWay, Vec<u8>, Option<TlsTrust>),
}

/// Where a proxy connects to.
#[derive(Clone)]
pub(crate) enum ProxyWay {
    /// A port.
    Port(u16),
    /// A Unix socket.
    Socket(PathBuf),
}

/// A client of one port, from one address. It keeps no cookies: what is sent is what the test says.
#[derive(Clone)]
pub struct Client {
    endpoint: Endpoint,
    source: Ipv4Addr,
    fields: Vec<(String, String)>,
}

impl Client {
    pub(crate) fn new(endpoint: Endpoint) -> Client {
        Client { endpoint, source: Ipv4Addr::LOCALHOST, fields: Vec::new() }
    }

    /// The same client at another address, one of 127.0.0.0/8.
    #[must_use]
    pub fn from(&self, source: &str) -> Client {
        let source = must(source.parse().with_context(|| format!("{source} is no address")));
        Client { source, ..self.clone() }
    }

    /// The same client with this header field in each of its calls, as a proxy adds it.
    #[must_use]
    pub fn always(mut self, name: &str, value: &str) -> Client {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A GET of a path with its query.
    #[must_use]
    pub fn get(&self, target: &str) -> Call {
        self.call("GET", target)
    }

    /// A POST to a path with its query.
    #[must_use]
    pub fn post(&self, target: &str) -> Call {
        self.call("POST", target)
    }

    /// Any method.
    #[must_use]
    pub fn call(&self, method: &str, target: &str) -> Call {
        Call::new(self.clone(), method, target)
    }

    /// A connection, for several calls or for raw bytes.
    pub async fn connect(&self) -> Connection {
        must(Connection::open(&self.endpoint, IpAddr::V4(self.source)).await)
    }

    /// The answer to raw bytes on a connection of their own.
    pub async fn raw(&self, bytes: &[u8]) -> Response {
        let mut connection = self.connect().await;
        connection.write(bytes).await;
        connection.read(false).await
    }

    /// What stands in `Host`.
    pub(crate) fn host(&self) -> String {
        match &self.endpoint {
            Endpoint::Tls(port, _) | Endpoint::Plain(port) | Endpoint::Proxied(ProxyWay::Port(port), ..) => {
                format!("localhost:{port}")
            }
            Endpoint::Socket(_) | Endpoint::Proxied(ProxyWay::Socket(_), ..) => "localhost".to_owned(),
        }
    }
}
