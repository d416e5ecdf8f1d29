//! The ways in for proxies.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::Context;
use portreeve_config::{Entrance, Naming, Proxied, SystemUser, TlsBy};
use portreeve_server::listener::Neighbours;
use portreeve_types::Service;

use super::TestServer;
use crate::client::{Client, Endpoint, ProxyWay};
use crate::must::must;

/// The address that the ports take proxies from. It stands for another machine.
pub const TRUSTED_PROXY: &str = "127.0.0.2";

/// One that is trusted as well, and stands for this machine.
pub const NEIGHBOUR: &str = "127.0.0.4";

/// Who speaks TLS where each connection names its client: a way in for each, by a port and by a socket.
const KINDS: [TlsBy; 3] = [TlsBy::Server, TlsBy::Proxy, TlsBy::Nobody];

/// Tells [`TRUSTED_PROXY`] from all others, which really are on this machine.
pub(super) struct AllButTheProxy;

impl Neighbours for AllButTheProxy {
    fn has(&self, peer: SocketAddr) -> io::Result<bool> {
        Ok(peer.ip().to_string() != TRUSTED_PROXY)
    }
}

/// For each service two sockets on which each request names its client, of which the second is for clients without
/// TLS, and a socket and a port of each kind on which each connection does.
pub(super) fn entrances(directory: &Path) -> anyhow::Result<Vec<Proxied>> {
    let user = SystemUser::try_from("nobody".to_owned())?;
    let mut all = Vec::new();
    for service in Service::ALL {
        let of_socket = |path, naming| {
            let entrance = Entrance::Socket { path, user: user.clone(), naming };
            Proxied { service, entrance }
        };
        all.extend(
            [true, false].map(|tls| of_socket(socket(directory, service, tls), Naming::Requests { tls })),
        );
        all.extend(
            KINDS.map(|tls| of_socket(naming_socket(directory, service, tls), Naming::Connections { tls })),
        );
        let trusted_proxies = vec![TRUSTED_PROXY.parse()?, NEIGHBOUR.parse()?];
        all.extend(KINDS.map(|tls| {
            let (address, trusted_proxies) =
                (SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), trusted_proxies.clone());
            Proxied { service, entrance: Entrance::Port { address, trusted_proxies, tls } }
        }));
    }
    Ok(all)
}

fn socket(directory: &Path, service: Service, tls: bool) -> PathBuf {
    directory.join(format!("{}-{}.sock", service.short(), if tls { "tls" } else { "plain" }))
}

fn naming_socket(directory: &Path, service: Service, tls: TlsBy) -> PathBuf {
    let by = match tls {
        TlsBy::Server => "server",
        TlsBy::Proxy => "proxy",
        TlsBy::Nobody => "nobody",
    };
    directory.join(format!("{}-by-{by}.sock", service.short()))
}

impl TestServer {
    /// The socket on which a proxy names the client of each request; `tls` is whether the clients speak it.
    #[must_use]
    pub fn proxy_socket(&self, service: Service, tls: bool) -> PathBuf {
        socket(Path::new(&self.description.data_dir), service, tls)
    }

    /// A proxy on that socket. What it says of its clients is the test's own matter.
    #[must_use]
    pub fn proxy_on_socket(&self, service: Service, tls: bool) -> Client {
        Client::new(Endpoint::Socket(self.proxy_socket(service, tls)))
    }

    /// A trusted proxy on the port where it names its client at once, by these bytes.
    #[must_use]
    pub fn proxy_on_port(&self, service: Service, tls: TlsBy, header: &[u8]) -> Client {
        let place = KINDS.iter().position(|kind| *kind == tls);
        let before =
            Service::ALL.iter().position(|other| *other == service).map(|before| before * KINDS.len());
        let number = place.zip(before).and_then(|(place, before)| self.proxy_ports.get(before + place));
        let number = *must(number.context("this server takes no proxies"));
        self.naming_at_once(ProxyWay::Port(number), tls, header).from(TRUSTED_PROXY)
    }

    /// A proxy of this machine on the socket where it names its client at once, by these bytes.
    #[must_use]
    pub fn proxy_on_naming_socket(&self, service: Service, tls: TlsBy, header: &[u8]) -> Client {
        let path = naming_socket(Path::new(&self.description.data_dir), service, tls);
        self.naming_at_once(ProxyWay::Socket(path), tls, header)
    }

    fn naming_at_once(&self, way: ProxyWay, tls: TlsBy, header: &[u8]) -> Client {
        let trust = (tls == TlsBy::Server).then(|| self.trust.clone());
        Client::new(Endpoint::Proxied(way, header.to_owned(), trust))
    }
}
