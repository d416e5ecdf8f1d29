//! The ports, taken before root is given up and opened when the server may be seen.
//!
//! A port that is taken belongs to us and refuses connections until it is opened.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::OwnedFd;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use portreeve_config::Listen;
use portreeve_types::Service;
use rustix::io::Errno;
use tokio::net::TcpListener;

use crate::node::port::{bound, listening};

/// A port that is taken.
pub(super) struct Taken {
    pub(super) service: Service,
    pub(super) tls: bool,
    pub(super) address: SocketAddr,
    socket: OwnedFd,
}

/// A port that takes connections.
pub(super) struct Open {
    pub(super) service: Service,
    pub(super) tls: bool,
    pub(super) listener: TcpListener,
}

/// All ports of the server.
pub(super) struct Reserved {
    /// On the configured addresses.
    pub(super) public: Vec<Taken>,
    /// On loopback, for the time before root has a password.
    pub(super) loopback: Vec<Taken>,
}

impl Reserved {
    /// Takes all of them, or none.
    pub(super) fn bind(configured: &Listen) -> Result<Reserved> {
        let for_proxies = !configured.proxied.is_empty();
        ensure!(for_proxies || !configured.addresses.is_empty(), "listen.addresses names no address");
        let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        let reserved = Reserved {
            public: take(configured, &configured.addresses)?,
            loopback: take(configured, &loopback)?,
        };
        if !for_proxies && reserved.public.is_empty() {
            bail!(
                "the server would listen nowhere: every port of listen.ports is closed, or there is no IPv6"
            );
        }
        Ok(reserved)
    }
}

fn take(configured: &Listen, addresses: &[IpAddr]) -> Result<Vec<Taken>> {
    let mut taken = Vec::new();
    for address in addresses {
        for (service, tls, port) in configured.ports.open() {
            let address = SocketAddr::new(*address, port);
            match bound(address) {
                Ok(socket) => taken.push(Taken { service, tls, address, socket }),
                Err(Errno::AFNOSUPPORT | Errno::ADDRNOTAVAIL) if may_be_missing(address.ip()) => {}
                Err(Errno::ADDRINUSE) => bail!("{address} is taken by another program"),
                Err(error) => return Err(error).with_context(|| format!("binding {address}")),
            }
        }
    }
    Ok(taken)
}

/// Not every system has IPv6.
fn may_be_missing(address: IpAddr) -> bool {
    address.is_ipv6() && (address.is_unspecified() || address.is_loopback())
}

/// Lets connections in. Ports on loopback that were just closed may take a moment to be free.
pub(super) async fn open(taken: Vec<Taken>) -> Result<Vec<Open>> {
    const TRIES: u32 = 40;
    const PAUSE: Duration = Duration::from_millis(50);
    let mut open = Vec::with_capacity(taken.len());
    for Taken { service, tls, address, socket } in taken {
        let mut tries = 0;
        while let Err(error) = listening(&socket) {
            tries += 1;
            if error != Errno::ADDRINUSE || tries == TRIES {
                return Err(error).with_context(|| format!("listening on {address}"));
            }
            tokio::time::sleep(PAUSE).await;
        }
        let listener = listener(socket).with_context(|| format!("listening on {address}"))?;
        open.push(Open { service, tls, listener });
    }
    Ok(open)
}

fn listener(socket: OwnedFd) -> io::Result<TcpListener> {
    TcpListener::from_std(std::net::TcpListener::from(socket))
}
