//! Passwords that a call gives for somebody: each is counted as a try of that one's to log in, from the caller's address.
//!
//! Whoever holds a session, their own or the account's, must not guess here what a login would not let them guess.

use portreeve_api::{ApiError, Ctx};
use portreeve_crypt::{PasswordHash, Scheme, SecretString, Verdict};
use portreeve_store::{Attempt, Guess, Mailbox, ReserveError};

/// Whether a password is a mailbox's.
pub(crate) async fn is_mailboxs(cx: &Ctx, mailbox: &Mailbox, given: SecretString) -> Result<bool, ApiError> {
    is_right(cx, &mailbox.address.to_string(), &mailbox.password, Scheme::Service, given).await
}

/// Whether a password is the one with this hash, which whoever logs in under this name has.
pub(crate) async fn is_right(
    cx: &Ctx,
    login: &str,
    stored: &PasswordHash,
    scheme: Scheme,
    given: SecretString,
) -> Result<bool, ApiError> {
    let (address, service) = (cx.actor.address, cx.actor.service);
    let attempt = Attempt { guess: Guess::Password, login, address, service };
    let mut permit = match cx.store.reserve(attempt).await {
        Ok(permit) => permit,
        Err(ReserveError::Blacklisted) => return Ok(false),
        Err(error) => return Err(refused(error, scheme)),
    };
    if let Err(busy) = cx.store.evaluate(&mut permit) {
        cx.store.refund(permit);
        return Err(refused(busy, scheme));
    }
    match cx.hasher.verify(given, Some(stored.clone()), scheme).await {
        Ok(Verdict::Right { .. }) => {
            cx.store.succeeded(permit).await?;
            Ok(true)
        }
        Ok(Verdict::Wrong) => {
            cx.store.failed(permit).await?;
            Ok(false)
        }
        Err(busy) => {
            // it was never evaluated, so it is nobody's failure
            cx.store.refund(permit);
            Err(busy.into())
        }
    }
}

fn refused(error: ReserveError, scheme: Scheme) -> ApiError {
    let whose = match scheme {
        Scheme::Service => "mailbox",
        Scheme::Panel => "account",
    };
    match error {
        ReserveError::Throttled { retry_after_seconds } => ApiError::refused(format!(
            "Too many wrong passwords of this {whose}; try again in {retry_after_seconds} seconds."
        )),
        ReserveError::Busy | ReserveError::Blacklisted => {
            ApiError::refused(format!("Too many tries of this {whose} at once; try again."))
        }
        ReserveError::Store(error) => error.into(),
    }
}
