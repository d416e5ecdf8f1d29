//! The ways in for reverse proxies: bound before the server may be seen, opened with it.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use portreeve_config::{Entrance, Naming, Proxied, TlsBy};
use portreeve_helper::SystemUser;
use portreeve_server::listener::{self, Neighbours, ProxyPort, ProxySocket, Tls};
use portreeve_types::{Network, Service};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, getsockname, socket_with};
use rustix::process::getuid;
use tokio::net::{TcpListener, UnixListener};

use super::data_directory::clear_socket;
use super::port::{bound, listening};

/// The ports, which may take root to bind, and what the sockets are to be.
pub(crate) struct Reserved {
    ports: Vec<Port>,
    sockets: Vec<Socket>,
}

struct Port {
    service: Service,
    tls: TlsBy,
    trusted_proxies: Vec<Network>,
    address: SocketAddr,
    socket: OwnedFd,
}

struct Socket {
    service: Service,
    naming: Naming,
    /// The proxy's own.
    uid: u32,
    path: PathBuf,
    /// Once it is bound.
    socket: Option<OwnedFd>,
}

impl Reserved {
    /// Binds the ports and finds the proxies' system users.
    pub(crate) fn prepare(proxied: &[Proxied], api_socket: &Path) -> Result<Reserved> {
        let mut reserved = Reserved { ports: Vec::new(), sockets: Vec::new() };
        let mut paths = BTreeSet::from([api_socket]);
        for Proxied { service, entrance } in proxied {
            let service = *service;
            match entrance {
                Entrance::Port { address, trusted_proxies, tls } => {
                    let socket = bound(*address).with_context(|| format!("binding {address} for a proxy"))?;
                    let address = SocketAddr::try_from(getsockname(&socket)?)?;
                    let trusted_proxies = trusted_proxies.clone();
                    reserved.ports.push(Port { service, tls: *tls, trusted_proxies, address, socket });
                }
                Entrance::Socket { path, user, naming } => {
                    ensure!(paths.insert(path), "{} is two sockets in the configuration", path.display());
                    let uid = uid_of(user.as_str())?;
                    reserved.sockets.push(Socket {
                        service,
                        naming: *naming,
                        uid,
                        path: path.clone(),
                        socket: None,
                    });
                }
            }
        }
        Ok(reserved)
    }

    /// The directories that the sockets lie in.
    pub(crate) fn directories(&self) -> impl Iterator<Item = &Path> {
        self.sockets.iter().filter_map(|socket| socket.path.parent())
    }

    /// Binds the sockets, as the user that the server runs as.
    pub(crate) fn bind_sockets(&mut self) -> Result<()> {
        for socket in &mut self.sockets {
            let bound = bind_socket(&socket.path);
            let bound = bound.with_context(|| format!("binding {} for a proxy", socket.path.display()))?;
            socket.socket = Some(bound);
        }
        Ok(())
    }

    /// Whether no proxy comes in.
    pub(crate) fn is_empty(&self) -> bool {
        self.ports.is_empty() && self.sockets.is_empty()
    }

    /// Where proxies connect to, for people.
    pub(crate) fn listed(&self) -> Vec<String> {
        let ports = self.ports.iter().map(|port| port.address.to_string());
        ports.chain(self.sockets.iter().map(|socket| socket.path.display().to_string())).collect()
    }

    /// The number of each port, in the order of the configuration.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u16> {
        self.ports.iter().map(|port| port.address.port())
    }

    /// Lets proxies in: on ports those that these are not neighbours of.
    pub(crate) fn open(
        self,
        certificate: &Arc<rustls::ServerConfig>,
        neighbours: &Arc<dyn Neighbours>,
    ) -> Result<(Vec<ProxyPort>, Vec<ProxySocket>)> {
        let port = |port: Port| {
            let Port { service, tls, trusted_proxies, address, socket } = port;
            let listener = listening(&socket)
                .map_err(std::io::Error::from)
                .and_then(|()| TcpListener::from_std(std::net::TcpListener::from(socket)))
                .with_context(|| format!("listening on {address} for a proxy"))?;
            let (tls, neighbours) = (spoken(tls, certificate), neighbours.clone());
            Ok(ProxyPort { service, tls, trusted_proxies, neighbours, listener })
        };
        let ports = self.ports.into_iter().map(port).collect::<Result<_>>()?;
        let sockets = self.sockets.into_iter().filter_map(|socket| socket.open(certificate));
        let sockets = sockets.collect::<Result<_>>()?;
        Ok((ports, sockets))
    }
}

impl Socket {
    fn open(self, certificate: &Arc<rustls::ServerConfig>) -> Option<Result<ProxySocket>> {
        let Socket { service, naming, uid, path, socket } = self;
        let socket = socket?;
        let listener = listening(&socket)
            .map_err(std::io::Error::from)
            .and_then(|()| UnixListener::from_std(std::os::unix::net::UnixListener::from(socket)));
        // root and the server's own user can read the keys: they need no way in
        let users = vec![uid, 0, getuid().as_raw()];
        let naming = match naming {
            Naming::Requests { tls } => listener::Naming::Requests { tls },
            Naming::Connections { tls } => listener::Naming::Connections { tls: spoken(tls, certificate) },
        };
        let opened = listener.map(|listener| ProxySocket { service, naming, users, listener });
        Some(opened.with_context(|| format!("listening on {} for a proxy", path.display())))
    }
}

fn spoken(tls: TlsBy, certificate: &Arc<rustls::ServerConfig>) -> Tls {
    match tls {
        TlsBy::Server => Tls::Here(certificate.clone()),
        TlsBy::Proxy => Tls::Proxy,
        TlsBy::Nobody => Tls::Nobody,
    }
}

fn uid_of(user: &str) -> Result<u32> {
    let found =
        SystemUser::named(user).with_context(|| format!("looking up {user} (listen.proxied.user)"))?;
    Ok(found.with_context(|| format!("there is no system user {user} (listen.proxied.user)"))?.uid)
}

fn bind_socket(path: &Path) -> Result<OwnedFd> {
    clear_socket(path)?;
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    bind(&socket, &SocketAddrUnix::new(path).context("a socket's path has at most 107 bytes")?)?;
    // who may connect is a matter of the peer's user, which the kernel tells, not of the file
    fs::set_permissions(path, Permissions::from_mode(0o666)).context("opening it to the proxy")?;
    Ok(socket)
}
