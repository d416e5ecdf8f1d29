//! A request as the gate and dispatch see it.

mod authorization;
mod cookies;
mod form;
mod path;
#[cfg(test)]
mod properties;

use std::net::{IpAddr, Ipv4Addr};

use http::header::{HOST, HeaderName};
use http::{HeaderMap, Method};
use portreeve_types::{RequestId, Service};

use crate::http1::{ClientGone, RequestBody};
use crate::pages::{self, list::Page};

pub use authorization::{Authorization, Malformed};
pub use form::FormError;
pub(crate) use form::LARGEST_FORM;

/// Where a request came in. Never anything about who sent it: that is a matter of each request alone.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The service of the port.
    pub service: Service,
    /// The local port; none on the API socket.
    pub port: Option<u16>,
    /// Our own address; none on a Unix socket.
    pub address: Option<IpAddr>,
    /// Whether it came over TLS.
    pub tls: bool,
    /// The other side.
    pub peer: Peer,
}

/// The other side of a connection.
#[derive(Clone, Copy, Debug)]
pub enum Peer {
    /// A client on the network.
    Network(IpAddr),
    /// A client for whom a trusted proxy speaks, at the address that the proxy gave. Whatever that is, it is no address
    /// of this machine's own programs, and nothing that is open to those is open to it.
    Proxied(IpAddr),
    /// A program on this machine, over the API socket, as this system user.
    Local {
        /// The system user's number, from the kernel.
        uid: u32,
    },
}

impl Peer {
    /// The address that counters and records see.
    #[must_use]
    pub fn address(self) -> IpAddr {
        match self {
            Peer::Network(address) | Peer::Proxied(address) => address.to_canonical(),
            Peer::Local { .. } => IpAddr::V4(Ipv4Addr::LOCALHOST),
        }
    }
}

/// One request, its path taken apart.
pub struct Request {
    /// What it is called.
    pub id: RequestId,
    /// Where it came in.
    pub connection: Connection,
    /// The method.
    pub method: Method,
    /// The path without the security token's segment; begins with a slash.
    pub path: String,
    /// The digits of the security token in the address, if there was one.
    pub security_token: Option<String>,
    /// The query, without its question mark.
    pub query: String,
    /// Path and query as they were sent.
    pub target: String,
    /// The header fields.
    pub headers: HeaderMap,
    /// Whether the client still waits for the answer.
    pub client_gone: Option<ClientGone>,
    /// The body, as it arrives.
    pub body: RequestBody,
}

impl Request {
    /// Takes a request apart.
    #[must_use]
    pub fn new(
        id: RequestId,
        connection: Connection,
        request: http::Request<RequestBody>,
        client_gone: Option<ClientGone>,
    ) -> Request {
        let (head, body) = request.into_parts();
        let (security_token, path) = path::split(head.uri.path());
        Request {
            id,
            connection,
            method: head.method,
            path: path.to_owned(),
            security_token: security_token.map(str::to_owned),
            query: head.uri.query().unwrap_or_default().to_owned(),
            target: head.uri.path_and_query().map(|target| target.as_str().to_owned()).unwrap_or_default(),
            headers: head.headers,
            client_gone,
            body,
        }
    }

    /// The value of a header field that must not come twice: two programs could each believe another one.
    pub fn only_header(&self, name: &str) -> Result<Option<&str>, Malformed> {
        let mut values = self.headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(Malformed::TwoHeaders),
            (None, None) => Ok(None),
            (Some(value), None) => value.to_str().map(Some).map_err(|_| Malformed::NotText),
        }
    }

    /// A header field's first value, when it is text.
    #[must_use]
    pub fn header(&self, name: impl Into<Name>) -> Option<&str> {
        self.headers.get(name.into().0)?.to_str().ok()
    }

    /// The service of the port it came in on.
    #[must_use]
    pub fn service(&self) -> Service {
        self.connection.service
    }

    /// Whether it came over the API socket.
    #[must_use]
    pub fn is_local(&self) -> bool {
        matches!(self.connection.peer, Peer::Local { .. })
    }

    /// Whether a browser opens this address as a page of its own, by the reader's own act.
    #[must_use]
    pub fn is_navigation(&self) -> bool {
        self.method == Method::GET
            && self.header("sec-fetch-mode") == Some("navigate")
            && self.header("sec-fetch-dest") == Some("document")
    }

    /// Whether a browser says that something other than its reader's going there makes the request: a script, a frame,
    /// a picture.
    #[must_use]
    pub fn is_driven(&self) -> bool {
        self.header("sec-fetch-mode").is_some() && !self.is_navigation()
    }

    /// Whether it is for a page of ours whose GET changes nothing.
    #[must_use]
    pub fn is_safe_page(&self) -> bool {
        Page::at(self.service(), &self.path).is_some() || pages::is_bookmark(&self.path)
    }

    /// What to come back to: the path, and the query too where it belongs to a bookmark. (Elsewhere it may say that
    /// something is to be done, which a login must not do by the way.)
    #[must_use]
    pub fn place(&self) -> String {
        if self.query.is_empty() || !pages::is_bookmark(&self.path) {
            return self.path.clone();
        }
        format!("{}?{}", self.path, self.query)
    }

    /// Whether a reader opens such a page: then its security token may be put in by itself.
    #[must_use]
    pub fn opens_safe_page(&self) -> bool {
        self.is_safe_page() && self.is_navigation()
    }

    /// Whether the request is to have its effect now: not one that asks for a head, or that a browser makes before
    /// its reader has decided to go there.
    #[must_use]
    pub fn is_meant(&self) -> bool {
        let ahead = ["sec-purpose", "purpose", "x-moz"].into_iter().any(|name| {
            self.header(name).is_some_and(|purpose| purpose.to_ascii_lowercase().contains("prefetch"))
        });
        self.method != Method::HEAD && !ahead
    }

    /// The host that the client speaks to, without its port.
    #[must_use]
    pub fn host_name(&self) -> &str {
        let host = self.header(HOST).unwrap_or_default();
        match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        }
    }

    /// Whether a browser says that another site caused the request.
    #[must_use]
    pub fn is_cross_site(&self) -> bool {
        self.header("sec-fetch-site") == Some("cross-site")
    }
}

/// A header field's name: a constant of the `http` crate, or lower-case text.
pub struct Name(HeaderName);

impl From<&'static str> for Name {
    fn from(name: &'static str) -> Name {
        Name(HeaderName::from_static(name))
    }
}

impl From<HeaderName> for Name {
    fn from(name: HeaderName) -> Name {
        Name(name)
    }
}
