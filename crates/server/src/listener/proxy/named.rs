//! A connection that names its client before everything else, by the PROXY protocol's header.

use std::fmt::Display;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use portreeve_types::Service;
use tokio::io::AsyncReadExt;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::closed::{Closed, Why};
use super::header::{Ends, LONGEST, read};
use crate::app::App;
use crate::listener::places::Places;
use crate::listener::transport::Transport;
use crate::listener::{Tls, network};
use crate::request::{Connection, Peer};

/// How long a proxy may take to name its client: it knows before it connects.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the connections of one way in have in common.
#[derive(Clone)]
pub(super) struct Named {
    pub(super) app: Arc<App>,
    pub(super) service: Service,
    tls: bool,
    acceptor: Option<TlsAcceptor>,
    places: Places,
    pub(super) closed: Closed,
    stop: watch::Receiver<bool>,
}

impl Named {
    pub(super) fn new(
        app: Arc<App>,
        service: Service,
        tls: Tls,
        places: Places,
        stop: watch::Receiver<bool>,
    ) -> Named {
        let (tls, acceptor) = match tls {
            Tls::Here(config) => (true, Some(TlsAcceptor::from(config))),
            Tls::Proxy => (true, None),
            Tls::Nobody => (false, None),
        };
        Named { app, service, tls, acceptor, places, closed: Closed::default(), stop }
    }

    /// Serves a connection of a proxy that may name its client.
    pub(super) async fn serve(self, mut stream: impl Transport, proxy: impl Display) {
        let ends = match timeout(PATIENCE, take_header(&mut stream)).await {
            Ok(Ok(Some(ends))) => ends,
            // a proxy that only looks whether somebody is there
            Ok(Ok(None)) => return,
            Ok(Err(_)) => return self.closed.tell(proxy, Why::NoClient),
            Err(_) => return self.closed.tell(proxy, Why::TooSlow),
        };
        let connection = Connection {
            service: self.service,
            port: Some(ends.server.port()),
            address: Some(ends.server.ip()),
            tls: self.tls,
            peer: Peer::Proxied(ends.client),
        };
        network::one(self.app, stream, connection, self.acceptor, self.places, self.stop).await;
    }
}

/// Takes the header off a connection, and not a byte of what follows it. None when nothing came at all.
async fn take_header(stream: &mut impl Transport) -> io::Result<Option<Ends>> {
    let mut taken = Vec::new();
    // on the heap, which is wiped: what follows the header may be a password in the clear
    let mut ahead = vec![0; LONGEST];
    loop {
        let seen = stream.look_ahead(&mut ahead).await?;
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
