//! Takes connections in, and finds out whether they speak what the port speaks.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use portreeve_types::{AddressPrefix, Service};
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::Port;
use super::handler::Handler;
use super::places::{Full, Places};
use crate::app::App;
use crate::http1::{self, Refusal};
use crate::request::{Connection, Peer};

/// From the first byte of a TLS handshake to its last.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// After a failure to accept (no file descriptors, above all) a moment of rest, so that the loop does not spin.
const REST: Duration = Duration::from_millis(50);

/// How long requests at hand may take once the server is told to stop. One that is cut off then leaves nothing
/// half-done: its change to a service is taken back, or completed by the sweep at the next start.
const DRAIN: Duration = Duration::from_secs(10);

/// Serves one of the six ports.
pub(super) async fn network(app: Arc<App>, port: Port, places: Places, stop: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let mut stopped = pin!(stopped(stop.clone()));
    let number = port.listener.local_addr().ok().map(|address| address.port());
    loop {
        tokio::select! {
            accepted = port.listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let connection = Connection {
                        service: port.service,
                        port: number,
                        address: stream.local_addr().ok().map(|address| address.ip().to_canonical()),
                        tls: port.tls.is_some(),
                        peer: Peer::Network(peer.ip()),
                    };
                    let acceptor = port.tls.clone().map(TlsAcceptor::from);
                    connections.spawn(one(app.clone(), stream, peer, connection, acceptor, places.clone(), stop.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(REST).await;
                }
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            () = &mut stopped => break,
        }
    }
    drop(port.listener);
    drain(connections).await;
}

/// Serves the API socket.
pub(super) async fn local(
    app: Arc<App>,
    listener: UnixListener,
    places: Places,
    stop: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    let mut stopped = pin!(stopped(stop.clone()));
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(program(app.clone(), stream, places.clone(), stop.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a program could not be accepted");
                    tokio::time::sleep(REST).await;
                }
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            () = &mut stopped => break,
        }
    }
    drop(listener);
    drain(connections).await;
}

/// Returns once the server is told to stop, or nobody is left who could tell it.
async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn drain(mut connections: JoinSet<()>) {
    let all = async { while connections.join_next().await.is_some() {} };
    if timeout(DRAIN, all).await.is_err() {
        tracing::warn!("some requests did not end in time and were cut off");
    }
}

async fn one(
    app: Arc<App>,
    stream: TcpStream,
    peer: SocketAddr,
    connection: Connection,
    acceptor: Option<TlsAcceptor>,
    places: Places,
    stop: watch::Receiver<bool>,
) {
    // Without it an answer's last small packet waits 40 ms for an acknowledgement.
    let _ = stream.set_nodelay(true);
    let handler = Handler::new(app, connection);
    let limits = handler.limits();
    let place = match places.take(AddressPrefix::of(peer.ip())) {
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
async fn handshake(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    handler: &Handler,
    limits: &http1::Limits,
    stop: watch::Receiver<bool>,
) -> Option<tokio_rustls::server::TlsStream<TcpStream>> {
    let mut first = [0; 16];
    let seen = timeout(HANDSHAKE, stream.peek(&mut first)).await.ok()?.ok()?;
    if first.get(..seen).is_some_and(http1::looks_like_http) {
        http1::serve(stream, &handler.speaking_plain_to_tls(), limits, stop).await;
        return None;
    }
    timeout(HANDSHAKE, acceptor.accept(stream)).await.ok()?.ok()
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
    let handler = Handler::new(app, connection);
    let limits = handler.limits();
    http1::serve(stream, &handler, &limits, stop).await;
}
