//! Why a plugin's address is not answered by the plugin, and how that is said.

use http::StatusCode;
use portreeve_helper::{Outcome, Refusal, SpawnError};

use crate::pages::message;
use crate::reply::Reply;

/// Why there is no answer of a plugin.
#[derive(Debug)]
pub(super) enum Problem {
    /// Nothing is there.
    NotFound,
    /// The caller may not use this program.
    NotAllowed,
    /// A script that would stand between a reader and all pages, for good.
    ServiceWorker,
    /// A method or data where only a file is.
    TakesNoData,
    /// Programs are not run by this server: why.
    Off(&'static str),
    /// PHP's CGI program is not installed.
    NoPhp,
    /// The account has as many programs running as it may.
    Busy,
    /// The request's body is too large.
    TooLarge(u64),
    /// The request's body did not come whole.
    Broken,
    /// The program may not be run.
    Refused(Refusal),
    /// The program said nothing sensible.
    Nonsense(&'static str),
    /// Its time was up before it said anything.
    TimedOut,
    /// The records fail.
    Unavailable(String),
    /// Something of ours failed, and was logged.
    Failed,
}

impl Problem {
    pub(super) fn reply(self) -> Reply {
        let say = |status, sentence: &str| message(status, sentence);
        match self {
            Problem::NotFound => say(StatusCode::NOT_FOUND, "There is no such page."),
            Problem::NotAllowed => {
                say(StatusCode::FORBIDDEN, "Permission denied: this plugin is not for your privileges.")
            }
            Problem::ServiceWorker => say(StatusCode::FORBIDDEN, "A plugin has no service worker."),
            Problem::TakesNoData => say(StatusCode::METHOD_NOT_ALLOWED, "This file takes no data."),
            Problem::Off(why) => say(StatusCode::SERVICE_UNAVAILABLE, why),
            Problem::NoPhp => say(
                StatusCode::SERVICE_UNAVAILABLE,
                "PHP programs need /usr/bin/php-cgi, which is not installed on this server.",
            ),
            Problem::Busy => say(
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many programs of this account are running; try again in a few seconds.",
            )
            .with_retry_after(Some(2)),
            Problem::TooLarge(limit) => {
                say(StatusCode::PAYLOAD_TOO_LARGE, &format!("A program takes {limit} bytes at most."))
            }
            Problem::Broken => say(StatusCode::BAD_REQUEST, "The request's body did not come whole."),
            Problem::Refused(Refusal::NotAFile) => say(StatusCode::NOT_FOUND, "There is no such page."),
            Problem::Refused(Refusal::NotApart) => {
                say(StatusCode::SERVICE_UNAVAILABLE, &format!("Programs are not run: {}.", Refusal::NotApart))
            }
            Problem::Refused(refusal) => {
                say(StatusCode::FORBIDDEN, &format!("This program is not run: {refusal}."))
            }
            Problem::Nonsense(why) => {
                say(StatusCode::BAD_GATEWAY, &format!("The program gave no proper answer: {why}."))
            }
            Problem::TimedOut => say(StatusCode::GATEWAY_TIMEOUT, "The program took too long and was ended."),
            Problem::Unavailable(why) => crate::pages::unavailable(&why),
            Problem::Failed => {
                say(StatusCode::INTERNAL_SERVER_ERROR, "The server could not finish this request.")
            }
        }
    }

    /// What a run without an answer came to.
    pub(super) fn of_outcome(outcome: Outcome) -> Problem {
        match outcome {
            Outcome::Refused(Refusal::System) => Problem::Failed,
            Outcome::Refused(refusal) => Problem::Refused(refusal),
            Outcome::TimedOut => Problem::TimedOut,
            Outcome::Exited(0) => Problem::Nonsense("it ended without one"),
            Outcome::Exited(_) => Problem::Nonsense("it failed"),
            Outcome::Killed(_) | Outcome::Lost => Problem::Nonsense("it was ended by the system"),
        }
    }
}

impl From<SpawnError> for Problem {
    fn from(error: SpawnError) -> Problem {
        tracing::error!(%error, "a program could not be started");
        match error {
            SpawnError::Busy => Problem::Busy,
            SpawnError::TooLong | SpawnError::Unreachable(_) => Problem::Failed,
        }
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Problem {
        tracing::error!(%error, "a plugin could not be served");
        Problem::Failed
    }
}

impl From<portreeve_store::StoreError> for Problem {
    fn from(error: portreeve_store::StoreError) -> Problem {
        Problem::Unavailable(error.to_string())
    }
}
