//! Tries, for the tests of the throttle.

use std::net::IpAddr;

use portreeve_store::{Attempt, Guess, Permit, ReserveError, Store, Writer};
use portreeve_types::Service;

/// The permit, or the seconds to wait, none for "busy".
pub async fn reserve(
    store: &Store,
    guess: Guess,
    login: &str,
    address: impl Into<IpAddr>,
) -> Result<Permit, Option<u64>> {
    let attempt = Attempt { guess, login, address: address.into(), service: Service::Cpanel };
    match store.reserve(attempt).await {
        Ok(permit) => Ok(permit),
        Err(ReserveError::Throttled { retry_after_seconds }) => Err(Some(retry_after_seconds)),
        Err(ReserveError::Busy) => Err(None),
        Err(error) => panic!("{error}"),
    }
}

/// A wrong try that is evaluated.
pub async fn fail(store: &Writer, guess: Guess, login: &str, address: impl Into<IpAddr>) {
    store.failed(reserve(store, guess, login, address).await.unwrap()).await.unwrap();
}

/// A right one.
pub async fn succeed(store: &Store, guess: Guess, login: &str, address: impl Into<IpAddr>) {
    store.succeeded(reserve(store, guess, login, address).await.unwrap()).await.unwrap();
}

/// The seconds to wait; none when the try may be evaluated now. It is not counted.
pub async fn wait(store: &Store, guess: Guess, login: &str, address: impl Into<IpAddr>) -> Option<u64> {
    match reserve(store, guess, login, address).await {
        Ok(permit) => {
            store.refund(permit);
            None
        }
        Err(wait) => Some(wait.expect("not busy")),
    }
}
