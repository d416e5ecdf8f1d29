//! A port on which proxies name their clients, once for each connection.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::header::{Ends, LONGEST, read};
use crate::app::App;
use crate::listener::accepting::accept_all;
use crate::listener::places::Places;
use crate::listener::{ProxyPort, Tls, network};
use crate::request::{Connection, Peer};

/// How long a proxy may take to name its client: it knows before it connects.
const PATIENCE: Duration = Duration::from_secs(5);

/// Serves such a port.
pub(in crate::listener) async fn serve(
    app: Arc<App>,
    port: ProxyPort,
    places: Places,
    stop: watch::Receiver<bool>,
) {
    let ProxyPort { listener, service, tls, trusted_proxies } = port;
    let trusted_proxies: Arc<[_]> = trusted_proxies.into();
    let (tls, acceptor) = match tls {
        Tls::Here(config) => (true, Some(TlsAcceptor::from(config))),
        Tls::Proxy => (true, None),
        Tls::Nobody => (false, None),
    };
    let stopping = stop.clone();
    accept_all(listener, stop, move |(stream, proxy)| {
        let (app, places, stop) = (app.clone(), places.clone(), stopping.clone());
        let (trusted_proxies, acceptor) = (trusted_proxies.clone(), acceptor.clone());
        async move {
            if !trusted_proxies.iter().any(|network| network.contains(proxy.ip())) {
                return tracing::warn!(%proxy, "a connection was closed: this is no trusted proxy");
            }
            let Some((ends, stream)) = named(stream, proxy).await else { return };
            let connection = Connection {
                service,
                port: Some(ends.server.port()),
                address: Some(ends.server.ip()),
                tls,
                peer: Peer::Proxied(ends.client),
            };
            network::one(app, stream, connection, acceptor, places, stop).await;
        }
    })
    .await;
}

/// The connection behind its header.
async fn named(mut stream: TcpStream, proxy: SocketAddr) -> Option<(Ends, TcpStream)> {
    match timeout(PATIENCE, take_header(&mut stream)).await {
        Ok(Ok(Some(ends))) => Some((ends, stream)),
        // a proxy that only looks whether somebody is there
        Ok(Ok(None)) => None,
        Ok(Err(error)) => {
            tracing::warn!(%proxy, %error, "a proxy's connection was closed");
            None
        }
        Err(_) => {
            tracing::warn!(%proxy, "a proxy's connection was closed: it named no client in time");
            None
        }
    }
}

/// Takes the header off a connection, and not a byte of what follows it. None when nothing came at all.
async fn take_header(stream: &mut TcpStream) -> io::Result<Option<Ends>> {
    let mut taken = Vec::new();
    // on the heap, which is wiped: what follows the header may be a password in the clear
    let mut ahead = vec![0; LONGEST];
    loop {
        let seen = stream.peek(&mut ahead).await?;
        if seen == 0 {
            return if taken.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        let before = taken.len();
        taken.extend_from_slice(ahead.get(..seen).unwrap_or_default());
        let (ends, length) = match read(&taken).map_err(io::Error::other)? {
            Some((ends, length)) => (Some(ends), length),
            None => (None, taken.len()),
        };
        let used = ahead.get_mut(..length.saturating_sub(before)).unwrap_or_default();
        stream.read_exact(used).await?;
        if ends.is_some() {
            return Ok(ends);
        }
    }
}
