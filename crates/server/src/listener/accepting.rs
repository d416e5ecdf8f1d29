//! Takes connections in, until the server stops.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// After a failure to accept (no file descriptors, above all) a moment of rest, so that the loop does not spin.
const REST: Duration = Duration::from_millis(50);

/// How long requests at hand may take once the server is told to stop. One that is cut off then leaves nothing
/// half-done: its change to a service is taken back, or completed by the sweep at the next start.
const DRAIN: Duration = Duration::from_secs(10);

/// A bound socket of either kind.
pub(super) trait Accept: Sync {
    /// What is known of a connection at once.
    type Accepted;

    fn accept_one(&self) -> impl Future<Output = io::Result<Self::Accepted>> + Send;
}

impl Accept for TcpListener {
    type Accepted = (TcpStream, SocketAddr);

    async fn accept_one(&self) -> io::Result<Self::Accepted> {
        self.accept().await
    }
}

impl Accept for UnixListener {
    type Accepted = UnixStream;

    async fn accept_one(&self) -> io::Result<Self::Accepted> {
        self.accept().await.map(|(stream, _)| stream)
    }
}

/// Begins a task for each connection until `stop` says so, then waits for those at hand.
pub(super) async fn accept_all<L, F>(
    listener: L,
    stop: watch::Receiver<bool>,
    begin: impl Fn(L::Accepted) -> F,
) where
    L: Accept,
    F: Future<Output = ()> + Send + 'static,
{
    let mut connections = JoinSet::new();
    let mut stopped = pin!(stopped(stop));
    loop {
        tokio::select! {
            accepted = listener.accept_one() => match accepted {
                Ok(accepted) => _ = connections.spawn(begin(accepted)),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
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
