//! Tells a running service that nobody waits for its answer.

use tokio::sync::watch;

/// Whether the client has left. A service that was started always runs to its end, so long work that is safe to give up
/// should look here.
///
/// A client that merely sent all it had to send (a half-closed connection) has not left.
#[derive(Debug, Clone)]
pub struct ClientGone(watch::Receiver<bool>);

impl ClientGone {
    /// Whether a read or a write has failed, or the connection is over.
    pub fn is_gone(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Returns once [`ClientGone::is_gone`].
    pub async fn gone(&self) {
        // An error says that the connection is over.
        let _ = self.0.clone().wait_for(|gone| *gone).await;
    }
}

/// The connection's end of [`ClientGone`].
#[derive(Debug)]
pub(super) struct Presence(watch::Sender<bool>);

impl Presence {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    pub(super) fn watcher(&self) -> ClientGone {
        ClientGone(self.0.subscribe())
    }

    pub(super) fn lost(&self) {
        self.0.send_replace(true);
    }

    pub(super) fn is_lost(&self) -> bool {
        *self.0.borrow()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lost_or_finished_connection_is_gone() {
        let presence = Presence::new();
        let (first, second) = (presence.watcher(), presence.watcher());
        assert!(!first.is_gone());
        presence.lost();
        assert!(first.is_gone());
        first.gone().await;
        let later = Presence::new().watcher();
        assert!(later.is_gone());
        later.gone().await;
        drop(second);
    }
}
