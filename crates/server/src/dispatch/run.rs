//! Runs a function.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use portreeve_api::{ApiError, Ctx, Entry};
use portreeve_wire::{Answer, Params};

/// What came of a call.
pub(super) enum Outcome {
    /// An answer, good or bad.
    Answer(Answer),
    /// The function is not for this kind of caller.
    WrongCaller,
}

/// Runs a function to its end: `http1` never drops a request that was begun, whatever becomes of the client. A
/// panic in one is that call's failure, not the server's.
pub(super) async fn run(entry: &'static Entry, cx: Ctx, params: Params) -> Outcome {
    let cx = cx.calling(entry.name);
    let call = AssertUnwindSafe(entry.call(&cx, &params)).catch_unwind();
    let (name, account) = (entry.name, &cx.account.user);
    match call.await {
        Ok(Ok(answer)) => Outcome::Answer(answer),
        Ok(Err(ApiError::WrongCaller)) => Outcome::WrongCaller,
        Ok(Err(error)) => {
            if let Some(why) = error.internal() {
                tracing::error!(function = %name, %account, why, "a call failed");
            }
            Outcome::Answer(error.into())
        }
        Err(_) => {
            tracing::error!(function = %name, %account, "a call could not be finished");
            Outcome::Answer(Answer::failure("The call could not be finished."))
        }
    }
}
