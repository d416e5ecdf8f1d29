//! The ways in for proxies.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::Context;
use portreeve_config::{Entrance, Proxied, SystemUser, TlsBy};
use portreeve_types::Service;

use super::TestServer;
use crate::client::{Client, Endpoint};
use crate::must::must;

/// The address that the ports take proxies from.
pub const TRUSTED_PROXY: &str = "127.0.0.2";

/// Who speaks TLS on the ports of a service, one port each.
const PORTS: [TlsBy; 3] = [TlsBy::Server, TlsBy::Proxy, TlsBy::Nobody];

/// For each service two sockets, of which the second is for clients without TLS, and a port of each kind.
pub(super) fn entrances(directory: &Path) -> anyhow::Result<Vec<Proxied>> {
    let user = SystemUser::try_from("nobody".to_owned())?;
    let mut all = Vec::new();
    for service in Service::ALL {
        all.extend([true, false].map(|tls| {
            let path = socket(directory, service, tls);
            Proxied { service, entrance: Entrance::Socket { path, user: user.clone(), tls } }
        }));
        let trusted_proxies = vec![TRUSTED_PROXY.parse()?];
        all.extend(PORTS.map(|tls| {
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
        let place = PORTS.iter().position(|kind| *kind == tls);
        let before =
            Service::ALL.iter().position(|other| *other == service).map(|before| before * PORTS.len());
        let number = place.zip(before).and_then(|(place, before)| self.proxy_ports.get(before + place));
        let number = *must(number.context("this server takes no proxies"));
        let trust = (tls == TlsBy::Server).then(|| self.trust.clone());
        Client::new(Endpoint::Proxied(number, header.to_owned(), trust)).from(TRUSTED_PROXY)
    }
}
