//! The counters of wrong tries, as the gate sees them.

use portreeve_store::{Attempt, Guess, Permit, ReserveError};

use super::denied::Denied;
use crate::app::App;
use crate::request::Request;

/// Takes a place in the counters for a try that is about to be evaluated.
pub(super) async fn reserve(
    app: &App,
    request: &Request,
    login: &str,
    guess: Guess,
) -> Result<Permit, Denied> {
    let permit = reserve_place(app, request, login, guess).await?;
    evaluate(app, permit)
}

/// Takes a place in the counters for a try that may turn out to need no evaluation.
pub(super) async fn reserve_place(
    app: &App,
    request: &Request,
    login: &str,
    guess: Guess,
) -> Result<Permit, Denied> {
    let address = request.connection.peer.address();
    let attempt = Attempt { guess, login, address, service: request.service() };
    app.environment.store.reserve(attempt).await.map_err(refused)
}

/// Asks whether there is time to evaluate the try now.
pub(super) fn evaluate(app: &App, mut permit: Permit) -> Result<Permit, Denied> {
    let store = &app.environment.store;
    match store.evaluate(&mut permit) {
        Ok(()) => Ok(permit),
        Err(error) => {
            // it will not be evaluated, so it is nobody's failure
            store.refund(permit);
            Err(refused(error))
        }
    }
}

fn refused(error: ReserveError) -> Denied {
    match error {
        ReserveError::Throttled { retry_after_seconds } => {
            Denied::Throttled { retry_after: retry_after_seconds }
        }
        ReserveError::Blacklisted => Denied::Credential,
        ReserveError::Busy => Denied::Busy,
        ReserveError::Store(error) => error.into(),
    }
}
