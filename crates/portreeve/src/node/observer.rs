//! The port for health and metrics: bound while this may still be root, opened once there is something to see.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use anyhow::{Context, Result};
use portreeve_server::{App, listener};
use rustix::net::getsockname;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::port::{bound, listening};

/// The port, bound.
pub(crate) struct Reserved {
    address: SocketAddr,
    socket: OwnedFd,
}

impl Reserved {
    /// Binds it.
    pub(crate) fn bind(address: SocketAddr) -> Result<Reserved> {
        let socket = bound(address).with_context(|| format!("binding {address} for health and metrics"))?;
        Ok(Reserved { address: SocketAddr::try_from(getsockname(&socket)?)?, socket })
    }

    /// Where it is, with the number that it got.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets connections in, to be answered once there is an [`Observer`].
    pub(crate) fn open(self) -> Result<TcpListener> {
        let Reserved { address, socket } = self;
        listening(&socket)
            .map_err(std::io::Error::from)
            .and_then(|()| TcpListener::from_std(std::net::TcpListener::from(socket)))
            .with_context(|| format!("listening on {address} for health and metrics"))
    }
}

/// Answers on the port. It is closed when this is dropped.
pub(crate) struct Observer {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Observer {
    /// Answers from now on.
    pub(crate) fn begin(listener: TcpListener, app: Arc<App>) -> Observer {
        let (stop, stopped) = watch::channel(false);
        Observer { stop, task: tokio::spawn(listener::observe(app, listener, stopped)) }
    }

    /// Closes it, after everything else: whoever watches sees the server go.
    pub(crate) async fn end(self) -> Result<()> {
        let _ = self.stop.send(true);
        self.task.await.context("serving health and metrics")
    }
}
