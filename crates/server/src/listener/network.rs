//! One of the six ports; finds out whether a connection speaks what the port speaks.

use std::sync::Arc;
use std::time::Duration;

use portreeve_types::AddressPrefix;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::Port;
use super::accepting::accept_all;
use super::handler::{Handler, Source};
use super::places::{Full, Places};
use super::transport::Transport;
use crate::app::App;
use crate::http1::{self, Refusal};
use crate::request::{Connection, Peer};

/// From the first byte of a TLS handshake to its last.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Serves one of the six ports.
pub(super) async fn serve(app: Arc<App>, port: Port, places: Places, stop: watch::Receiver<bool>) {
    let Port { service, tls, listener } = port;
    let number = listener.local_addr().ok().map(|address| address.port());
    let acceptor = tls.map(TlsAcceptor::from);
    let stopping = stop.clone();
    accept_all(listener, stop, move |(stream, peer)| {
        let connection = Connection {
            service,
            port: number,
            address: stream.local_addr().ok().map(|address| address.ip().to_canonical()),
            tls: acceptor.is_some(),
            peer: Peer::Network(peer.ip()),
        };
        // Without it an answer's last small packet waits 40 ms for an acknowledgement.
        let _ = stream.set_nodelay(true);
        one(app.clone(), stream, connection, acceptor.clone(), places.clone(), stopping.clone())
    })
    .await;
}

/// Serves one connection of a known client.
pub(super) async fn one(
    app: Arc<App>,
    stream: impl Transport,
    connection: Connection,
    acceptor: Option<TlsAcceptor>,
    places: Places,
    stop: watch::Receiver<bool>,
) {
    let client = AddressPrefix::of(connection.peer.address());
    let handler = Handler::new(app, Source::Peer(connection));
    let limits = handler.limits();
    let place = match places.take(client) {
        Ok(place) => place,
        Err(full) => {
            let refusal = if full == Full::InAll { Refusal::Busy } else { Refusal::TooManyConnections };
            // Saying no costs a handshake on a TLS port: only so many are told at once, the others are closed.
            let Some(_turn) = places.turn_to_refuse() else { return };
            match acceptor {
                None => http1::refuse(stream, &handler, &limits, refusal).await,
                Some(acceptor) => {
                    if let Some(stream) = handshake(stream, acceptor, &handler, &limits, stop).await {
                        http1::refuse(stream, &handler, &limits, refusal).await;
                    }
                }
            }
            return;
        }
    };
    match acceptor {
        None => http1::serve(stream, &handler, &limits, stop).await,
        Some(acceptor) => {
            if let Some(stream) = handshake(stream, acceptor, &handler, &limits, stop.clone()).await {
                http1::serve(stream, &handler, &limits, stop).await;
            }
        }
    }
    drop(place);
}

/// Makes TLS of a connection; whoever speaks plain HTTP instead is told so.
async fn handshake<Io: Transport>(
    stream: Io,
    acceptor: TlsAcceptor,
    handler: &Handler,
    limits: &http1::Limits,
    stop: watch::Receiver<bool>,
) -> Option<tokio_rustls::server::TlsStream<Io>> {
    let mut first = [0; 16];
    let seen = timeout(HANDSHAKE, stream.look_ahead(&mut first)).await.ok()?.ok()?;
    if first.get(..seen).is_some_and(http1::looks_like_http) {
        http1::serve(stream, &handler.speaking_plain_to_tls(), limits, stop).await;
        return None;
    }
    timeout(HANDSHAKE, acceptor.accept(stream)).await.ok()?.ok()
}
