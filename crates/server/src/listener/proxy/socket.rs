//! A Unix socket for a proxy on this machine. The kernel says whose a connection is.

use std::net::Ipv4Addr;
use std::sync::Arc;

use portreeve_types::AddressPrefix;
use tokio::net::UnixStream;
use tokio::sync::watch;

use super::closed::{Closed, Why};
use super::named::Named;
use crate::app::App;
use crate::http1::{self, Refusal};
use crate::listener::accepting::accept_all;
use crate::listener::handler::{Handler, Source};
use crate::listener::places::Places;
use crate::listener::{Naming, ProxySocket};

/// Where the connections of a socket have their places.
pub(in crate::listener) struct SocketPlaces {
    /// Those of a client that was named have a share of its address.
    pub(in crate::listener) of_clients: Places,
    /// Those that carry the requests of many are the proxy's own.
    pub(in crate::listener) of_proxies: Places,
}

/// Serves such a socket.
pub(in crate::listener) async fn serve(
    app: Arc<App>,
    socket: ProxySocket,
    places: SocketPlaces,
    stop: watch::Receiver<bool>,
) {
    let ProxySocket { listener, service, naming, users } = socket;
    let users: Arc<[u32]> = users.into();
    match naming {
        Naming::Requests { tls } => {
            let source = Source::Proxy { service, tls, port: app.environment.ports.number(service, tls) };
            let (stopping, closed) = (stop.clone(), Closed::default());
            accept_all(listener, stop, move |stream| {
                let (app, places, stop) = (app.clone(), places.of_proxies.clone(), stopping.clone());
                let (users, source, closed) = (users.clone(), source.clone(), closed.clone());
                async move {
                    if is_from(&stream, &users, &closed) {
                        connection(Handler::new(app, source), stream, &places, stop).await;
                    }
                }
            })
            .await;
        }
        Naming::Connections { tls } => {
            let named = Named::new(app, service, tls, places.of_clients, stop.clone());
            accept_all(listener, stop, move |stream| {
                let (named, users) = (named.clone(), users.clone());
                async move {
                    if is_from(&stream, &users, &named.closed) {
                        named.serve(stream, "its socket").await;
                    }
                }
            })
            .await;
        }
    }
}

/// Whether the kernel says that one of these system users connected.
fn is_from(stream: &UnixStream, users: &[u32], closed: &Closed) -> bool {
    match stream.peer_cred() {
        Ok(peer) if users.contains(&peer.uid()) => return true,
        Ok(peer) => closed.tell(format_args!("uid {}", peer.uid()), Why::NotItsUser),
        Err(error) => closed.tell(error, Why::Unknown),
    }
    false
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
