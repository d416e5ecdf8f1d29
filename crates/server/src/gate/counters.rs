//! The counters of wrong tries, as the gate sees them.

use portreeve_store::{Guess, Permit, ReserveError};
use portreeve_types::AddressPrefix;

use super::denied::Denied;
use crate::app::App;
use crate::request::Peer;

/// Takes a place in the counters for a try, before it is evaluated.
pub(super) async fn reserve(app: &App, login: &str, peer: Peer, guess: Guess) -> Result<Permit, Denied> {
    match app.environment.store.reserve(login, AddressPrefix::of(peer.address()), guess).await {
        Ok(permit) => Ok(permit),
        Err(ReserveError::Throttled { retry_after_seconds }) => {
            Err(Denied::Throttled { retry_after: retry_after_seconds })
        }
        Err(ReserveError::Busy) => Err(Denied::Busy),
        Err(ReserveError::Store(error)) => Err(error.into()),
    }
}
