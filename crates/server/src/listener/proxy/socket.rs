//! A Unix socket on which a proxy names the client of each request.

use std::net::Ipv4Addr;
use std::sync::Arc;

use portreeve_types::AddressPrefix;
use tokio::net::UnixStream;
use tokio::sync::watch;

use crate::app::App;
use crate::http1::{self, Refusal};
use crate::listener::ProxySocket;
use crate::listener::accepting::accept_all;
use crate::listener::handler::{Handler, Source};
use crate::listener::places::Places;

/// Serves such a socket. Its connections are the proxy's own, so they have no share of an address.
pub(in crate::listener) async fn serve(
    app: Arc<App>,
    socket: ProxySocket,
    places: Places,
    stop: watch::Receiver<bool>,
) {
    let ProxySocket { listener, service, tls, users } = socket;
    let users: Arc<[u32]> = users.into();
    let source = Source::Proxy { service, tls, port: app.environment.ports.number(service, tls) };
    let stopping = stop.clone();
    accept_all(listener, stop, move |stream| {
        let (app, places, stop) = (app.clone(), places.clone(), stopping.clone());
        let (users, source) = (users.clone(), source.clone());
        async move {
            if is_from(&stream, &users) {
                connection(Handler::new(app, source), stream, &places, stop).await;
            }
        }
    })
    .await;
}

/// Whether the kernel says that one of these system users connected.
fn is_from(stream: &UnixStream, users: &[u32]) -> bool {
    match stream.peer_cred() {
        Ok(peer) if users.contains(&peer.uid()) => true,
        Ok(peer) => {
            tracing::warn!(uid = peer.uid(), "a connection was closed: this user is not the proxy's");
            false
        }
        Err(error) => {
            tracing::warn!(%error, "a connection was closed: whose it is cannot be known");
            false
        }
    }
}

async fn connection(handler: Handler, stream: UnixStream, places: &Places, stop: watch::Receiver<bool>) {
    let limits = handler.limits();
    match places.take(AddressPrefix::of(Ipv4Addr::LOCALHOST.into())) {
        Ok(_place) => http1::serve(stream, &handler, &limits, stop).await,
        Err(_) => {
            let Some(_turn) = places.turn_to_refuse() else { return };
            http1::refuse(stream, &handler, &limits, Refusal::Busy).await;
        }
    }
}
