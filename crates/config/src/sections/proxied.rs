//! `[[listen.proxied]]`: the ways in for reverse proxies, which say who their clients are.

use std::net::SocketAddr;
use std::path::PathBuf;

use portreeve_types::{Invalid, Network, Service};
use serde::Deserialize;

use super::path::some_absolute;
use super::server::SystemUser;

/// A way in for a reverse proxy. Nothing else is believed of who a client is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Proxied {
    /// The service that it leads to.
    pub service: Service,
    /// Where it is, and which proxies may come in.
    pub entrance: Entrance,
}

/// Where a proxy comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// A Unix socket, for a proxy on this machine.
    Socket {
        /// The socket.
        path: PathBuf,
        /// The system user that the proxy runs as.
        user: SystemUser,
        /// How it names its clients.
        naming: Naming,
    },
    /// A port, for proxies on other machines: each connection names its client in the PROXY protocol's header, version
    /// 1 or 2.
    Port {
        /// The address and the port.
        address: SocketAddr,
        /// The networks that proxies connect from.
        trusted_proxies: Vec<Network>,
        /// Who speaks TLS with clients.
        tls: TlsBy,
    },
}

/// How a proxy on a socket names its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// For each request, in the last hop of `X-Forwarded-For`.
    Requests {
        /// Whether clients speak TLS to the proxy.
        tls: bool,
    },
    /// For each connection, in the PROXY protocol's header, version 1 or 2.
    Connections {
        /// Who speaks TLS with clients.
        tls: TlsBy,
    },
}

/// Who speaks TLS with the clients behind a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TlsBy {
    /// The proxy, which takes it off.
    Proxy,
    /// This server: the proxy passes it on as it is.
    Server,
    /// Nobody: it is a plain port of the proxy.
    Nobody,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    service: Service,
    tls: TlsBy,
    #[serde(default, deserialize_with = "some_absolute")]
    socket: Option<PathBuf>,
    user: Option<SystemUser>,
    proxy_protocol: Option<bool>,
    address: Option<SocketAddr>,
    #[serde(default)]
    trusted_proxies: Vec<Network>,
}

impl TryFrom<Written> for Proxied {
    type Error = Invalid;

    fn try_from(written: Written) -> Result<Proxied, Invalid> {
        let Written { service, tls, socket, user, proxy_protocol, address, trusted_proxies } = written;
        let entrance = match (socket, address) {
            (Some(path), None) if trusted_proxies.is_empty() => {
                of_socket(path, user, proxy_protocol.unwrap_or(false), tls)
            }
            (None, Some(_)) if proxy_protocol == Some(false) => {
                Err("an address is for the PROXY protocol: name a socket for a proxy that does not speak it")
            }
            (None, Some(address)) if user.is_none() => of_port(address, trusted_proxies, tls),
            (Some(_), None) => Err("a socket knows its proxy by user, not by trusted_proxies"),
            (None, Some(_)) => Err("an address knows its proxies by trusted_proxies, not by user"),
            _ => Err("name either a socket or an address for the proxy to connect to"),
        };
        entrance.map(|entrance| Proxied { service, entrance }).map_err(|why| Invalid(why.to_owned()))
    }
}

fn of_socket(
    path: PathBuf,
    user: Option<SystemUser>,
    proxy_protocol: bool,
    tls: TlsBy,
) -> Result<Entrance, &'static str> {
    let user = user.ok_or("a socket needs user beside it: the system user that the proxy runs as")?;
    let naming = match (proxy_protocol, tls) {
        (true, tls) => Naming::Connections { tls },
        (false, TlsBy::Proxy) => Naming::Requests { tls: true },
        (false, TlsBy::Nobody) => Naming::Requests { tls: false },
        (false, TlsBy::Server) => {
            return Err(
                "a proxy that passes TLS on names its clients with the PROXY protocol: proxy_protocol = true",
            );
        }
    };
    Ok(Entrance::Socket { path, user, naming })
}

fn of_port(address: SocketAddr, trusted_proxies: Vec<Network>, tls: TlsBy) -> Result<Entrance, &'static str> {
    if trusted_proxies.is_empty() {
        return Err("an address needs trusted_proxies beside it: the networks that proxies connect from");
    }
    if address.ip().to_canonical().is_loopback()
        || trusted_proxies.iter().any(|trusted| trusted.holds_loopback())
    {
        return Err(
            "every user of this machine could be a proxy on loopback: name a socket, which knows its proxy by user",
        );
    }
    if tls == TlsBy::Proxy {
        return Err(
            "what a proxy took TLS off stays on this machine: name a socket, or have the server speak TLS",
        );
    }
    Ok(Entrance::Port { address, trusted_proxies, tls })
}
