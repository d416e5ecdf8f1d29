//! How a login ended, without whose it was: for counting.

use super::answer::Refused;
use crate::gate::{CodeProblem, Denied};
use crate::metrics::label;

/// How a login ended.
#[derive(Clone, Copy)]
pub enum LoginOutcome {
    /// A session was opened.
    Opened,
    /// No user name was sent.
    NoUser,
    /// The name or the password is wrong.
    WrongCredential,
    /// Too many wrong tries.
    Throttled,
    /// The password is right, and the code is still to come.
    CodeMissing,
    /// The code is wrong.
    CodeWrong,
    /// The code was used before.
    CodeReused,
    /// A code for a login that nobody began, or too late, or too often.
    NoLogin,
    /// A link that was used before, or that is no more.
    NoLink,
    /// A link on a plain port.
    PlainPort,
    /// Right, and not for this service.
    Place,
    /// It cannot be read.
    Malformed,
    /// There is no time to verify a password now.
    Busy,
    /// The records failed.
    Unavailable,
}

label!(
    LoginOutcome, "outcome":
    Opened => "opened",
    NoUser => "no_user",
    WrongCredential => "wrong_credential",
    Throttled => "throttled",
    CodeMissing => "code_missing",
    CodeWrong => "code_wrong",
    CodeReused => "code_reused",
    NoLogin => "no_login",
    NoLink => "no_link",
    PlainPort => "plain_port",
    Place => "place",
    Malformed => "malformed",
    Busy => "busy",
    Unavailable => "unavailable",
);

impl From<&Refused> for LoginOutcome {
    fn from(refused: &Refused) -> LoginOutcome {
        match refused {
            Refused::NoUser => LoginOutcome::NoUser,
            Refused::Place { .. } => LoginOutcome::Place,
            Refused::Code { problem: CodeProblem::Missing, .. } => LoginOutcome::CodeMissing,
            Refused::Code { problem: CodeProblem::Invalid | CodeProblem::Late { .. }, .. } => {
                LoginOutcome::CodeWrong
            }
            Refused::Code { problem: CodeProblem::Reused { .. }, .. } => LoginOutcome::CodeReused,
            Refused::NoPending => LoginOutcome::NoLogin,
            Refused::NoTemporarySession => LoginOutcome::NoLink,
            Refused::PlainTransfer => LoginOutcome::PlainPort,
            Refused::Denied(Denied::Throttled { .. }) => LoginOutcome::Throttled,
            Refused::Denied(Denied::Malformed(_)) => LoginOutcome::Malformed,
            Refused::Denied(Denied::Busy) => LoginOutcome::Busy,
            Refused::Denied(Denied::Unavailable(_)) => LoginOutcome::Unavailable,
            // as its answer says no more than no
            Refused::Denied(_) => LoginOutcome::WrongCredential,
        }
    }
}
