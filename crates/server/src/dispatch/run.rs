//! Runs a function to its end, whatever becomes of the client.

use portreeve_api::{ApiError, Ctx, Entry};
use portreeve_wire::{Answer, Params};

/// What came of a call.
pub(super) enum Outcome {
    /// An answer, good or bad.
    Answer(Answer),
    /// The function is not for this kind of caller.
    WrongCaller,
}

/// Runs a function. A panic in one is that call's failure, not the server's.
pub(super) async fn run(entry: &'static Entry, cx: Ctx, params: Params) -> Outcome {
    let name = entry.name;
    let user = cx.account.user.clone();
    match tokio::spawn(async move { entry.call(&cx, &params).await }).await {
        Ok(Ok(answer)) => Outcome::Answer(answer),
        Ok(Err(ApiError::WrongCaller)) => Outcome::WrongCaller,
        Ok(Err(error)) => {
            if let Some(why) = error.internal() {
                tracing::error!(function = %name, account = %user, why, "a call failed");
            }
            Outcome::Answer(error.into())
        }
        Err(stopped) => {
            tracing::error!(function = %name, account = %user, why = %stopped, "a call stopped");
            Outcome::Answer(Answer::failure("The call could not be finished."))
        }
    }
}
