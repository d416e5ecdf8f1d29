//! The API socket, for programs on this machine.

use std::sync::Arc;

use portreeve_types::{AddressPrefix, Service};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;

use super::accepting::accept_all;
use super::handler::{Handler, Source};
use super::places::Places;
use crate::app::App;
use crate::http1;
use crate::request::{Connection, Peer};

/// Serves the API socket.
pub(super) async fn serve(
    app: Arc<App>,
    listener: UnixListener,
    places: Places,
    stop: watch::Receiver<bool>,
) {
    let stopping = stop.clone();
    accept_all(listener, stop, move |stream| program(app.clone(), stream, places.clone(), stopping.clone()))
        .await;
}

async fn program(app: Arc<App>, stream: UnixStream, places: Places, stop: watch::Receiver<bool>) {
    let Ok(credentials) = stream.peer_cred() else { return };
    let connection = Connection {
        // The socket serves two services: the address says which (see `Handler`).
        service: Service::Cpanel,
        port: None,
        address: None,
        tls: true,
        peer: Peer::Local { uid: credentials.uid() },
    };
    let Ok(_place) = places.take(AddressPrefix::of(connection.peer.address())) else { return };
    let handler = Handler::new(app, Source::Peer(connection));
    let limits = handler.limits();
    http1::serve(stream, &handler, &limits, stop).await;
}
