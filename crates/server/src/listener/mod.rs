//! The listeners: the six ports, the API socket, the ways in for trusted proxies, and one for whoever watches.

mod accepting;
mod handler;
mod local;
mod network;
mod observe;
mod places;
pub mod proxy;
mod serving;
mod tls;
mod transport;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use portreeve_types::{Network, Service};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::App;

pub use observe::observe;
use places::Places;
pub use places::{Entrance, Full};
pub use proxy::near::{Neighbours, ThisMachine};
pub use serving::Listeners;
pub use tls::{Certificates, TlsError};

/// What is bound and not yet served.
#[derive(Default)]
pub struct Entrances {
    /// Ports for everybody.
    pub ports: Vec<Port>,
    /// The API socket.
    pub socket: Option<UnixListener>,
    /// Ports for proxies.
    pub proxy_ports: Vec<ProxyPort>,
    /// Sockets for proxies.
    pub proxy_sockets: Vec<ProxySocket>,
}

/// A port that is bound and not yet served.
pub struct Port {
    /// Its service.
    pub service: Service,
    /// How TLS is spoken on it; none on a plain port.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// The bound socket.
    pub listener: TcpListener,
}

/// A port on which proxies of other machines name the client of each connection, by the PROXY protocol.
pub struct ProxyPort {
    /// Its service.
    pub service: Service,
    /// Who speaks TLS with the client.
    pub tls: Tls,
    /// Where proxies connect from. Connections from elsewhere are closed.
    pub trusted_proxies: Vec<Network>,
    /// Who is on this machine, and so is no trusted proxy.
    pub neighbours: Arc<dyn Neighbours>,
    /// The bound socket.
    pub listener: TcpListener,
}

/// Who speaks TLS with the clients behind a proxy. No header is asked: it is the way in's own property.
pub enum Tls {
    /// This server does.
    Here(Arc<rustls::ServerConfig>),
    /// The proxy does.
    Proxy,
    /// Nobody does.
    Nobody,
}

/// A Unix socket for a proxy on this machine.
pub struct ProxySocket {
    /// Its service.
    pub service: Service,
    /// How the proxy names its clients.
    pub naming: Naming,
    /// The system users that may connect. Connections of others are closed.
    pub users: Vec<u32>,
    /// The bound socket.
    pub listener: UnixListener,
}

/// How a proxy on a socket names its clients.
pub enum Naming {
    /// For each request, by `X-Forwarded-For`.
    Requests {
        /// Whether clients speak TLS to the proxy. No header is asked: it is the socket's own property.
        tls: bool,
    },
    /// For each connection, by the PROXY protocol.
    Connections {
        /// Who speaks TLS with the client.
        tls: Tls,
    },
}

/// Why a port could not be bound.
#[derive(Debug, thiserror::Error)]
#[error("{address}: {source}")]
pub struct BindError {
    /// The address that was wanted.
    pub address: SocketAddr,
    /// What the system said.
    pub source: std::io::Error,
}

/// Binds one address.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, BindError> {
    TcpListener::bind(address).await.map_err(|source| BindError { address, source })
}

/// Serves until `stop` says so, then until the requests at hand are answered.
pub async fn serve(app: Arc<App>, entrances: Entrances, stop: watch::Receiver<bool>) {
    let (connections, for_one) = (app.settings.connections, app.settings.connections_per_address);
    let places = |entrance, in_all, for_one| Places::new(app.metrics.clone(), entrance, in_all, for_one);
    let for_ports = places(Entrance::Ports, connections, for_one);
    let mut listeners = JoinSet::new();
    for port in entrances.ports {
        let for_calls = port.listener.local_addr().ok().filter(|_| port.tls.is_none());
        let for_calls = for_calls.map(|address| (port.service, address));
        let serving = network::serve(app.clone(), port, for_ports.clone(), stop.clone());
        listeners.spawn(counted(app.clone(), held_for_calls(app.clone(), for_calls, serving)));
    }
    for port in entrances.proxy_ports {
        let serving = proxy::serve_port(app.clone(), port, for_ports.clone(), stop.clone());
        listeners.spawn(counted(app.clone(), serving));
    }
    // places of their own: proxies, programs on this machine and clients from it do not use up each other's
    let for_proxies = places(Entrance::ProxySockets, connections, connections);
    for socket in entrances.proxy_sockets {
        let places = proxy::SocketPlaces { of_clients: for_ports.clone(), of_proxies: for_proxies.clone() };
        let serving = proxy::serve_socket(app.clone(), socket, places, stop.clone());
        listeners.spawn(counted(app.clone(), serving));
    }
    if let Some(socket) = entrances.socket {
        let for_programs = places(Entrance::ApiSocket, for_one, for_one);
        let serving = local::serve(app.clone(), socket, for_programs, stop.clone());
        listeners.spawn(counted(app.clone(), serving));
    }
    while listeners.join_next().await.is_some() {}
}

/// A listener that programs of this machine may call while it serves.
async fn held_for_calls(
    app: Arc<App>,
    address: Option<(Service, SocketAddr)>,
    serving: impl Future<Output = ()>,
) {
    let _held = address.map(|(service, address)| app.cgi.calls.hold(service, address));
    serving.await;
}

/// A listener that is missed when it fails.
async fn counted(app: Arc<App>, serving: impl Future<Output = ()>) {
    app.listeners.serve(serving).await;
}
