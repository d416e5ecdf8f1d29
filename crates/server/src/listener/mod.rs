//! The listeners: the six ports and the API socket.

mod accept;
mod handler;
mod places;
mod tls;

use std::net::SocketAddr;
use std::sync::Arc;

use portreeve_types::Service;
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::App;

use places::Places;
pub use tls::{Certificates, TlsError};

/// A port that is bound and not yet served.
pub struct Port {
    /// Its service.
    pub service: Service,
    /// How TLS is spoken on it; none on a plain port.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// The bound socket.
    pub listener: TcpListener,
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

/// Serves ports and the API socket until `stop` says so, then until the requests at hand are answered.
pub async fn serve(
    app: Arc<App>,
    ports: Vec<Port>,
    socket: Option<UnixListener>,
    stop: watch::Receiver<bool>,
) {
    let places = Places::new(app.settings.connections, app.settings.connections_per_address);
    let mut listeners = JoinSet::new();
    for port in ports {
        listeners.spawn(accept::network(app.clone(), port, places.clone(), stop.clone()));
    }
    if let Some(socket) = socket {
        // places of its own: programs on this machine and clients from it do not use up each other's
        let places = Places::new(app.settings.connections_per_address, app.settings.connections_per_address);
        listeners.spawn(accept::local(app.clone(), socket, places, stop.clone()));
    }
    while listeners.join_next().await.is_some() {}
}
