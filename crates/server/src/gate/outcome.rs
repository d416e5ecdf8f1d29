//! What the gate said, without whom it said it of: for counting.

use super::caller::Caller;
use super::demands::Demand;
use super::denied::{CodeProblem, Denied};
use crate::metrics::label;

/// What the gate said.
#[derive(Clone, Copy)]
pub enum GateOutcome {
    /// Somebody was let in.
    Admitted,
    /// There was no credential.
    NoCredential,
    /// It cannot be read.
    Malformed,
    /// It is wrong.
    WrongCredential,
    /// A right API token that may not be used now, or not from here.
    TokenLimits,
    /// A session that lasted or rested too long.
    SessionExpired,
    /// A session's cookie from another address than the policy allows.
    AddressChanged,
    /// Too many wrong tries.
    Throttled,
    /// A code is wanted and none was sent, or the session has seen none.
    CodeMissing,
    /// The code is wrong.
    CodeWrong,
    /// The code was used before.
    CodeReused,
    /// The session's security token is missing or wrong.
    SecurityToken,
    /// A policy demands something else than a code.
    Policy,
    /// The wrong port, or the wrong kind of caller for it.
    Place,
    /// A header credential where a session is wanted.
    NotForPages,
    /// A header credential that another site made a browser send.
    CrossSite,
    /// A credential without TLS.
    PlainPort,
    /// An access hash, and they are off.
    AccessHashDisabled,
    /// There is no time to verify a password now.
    Busy,
    /// The records failed.
    Unavailable,
}

label!(
    GateOutcome, "outcome":
    Admitted => "admitted",
    NoCredential => "no_credential",
    Malformed => "malformed",
    WrongCredential => "wrong_credential",
    TokenLimits => "token_limits",
    SessionExpired => "session_expired",
    AddressChanged => "address_changed",
    Throttled => "throttled",
    CodeMissing => "code_missing",
    CodeWrong => "code_wrong",
    CodeReused => "code_reused",
    SecurityToken => "security_token",
    Policy => "policy",
    Place => "place",
    NotForPages => "not_for_pages",
    CrossSite => "cross_site",
    PlainPort => "plain_port",
    AccessHashDisabled => "access_hash_disabled",
    Busy => "busy",
    Unavailable => "unavailable",
);

impl From<&Result<Caller, Denied>> for GateOutcome {
    fn from(result: &Result<Caller, Denied>) -> GateOutcome {
        let denied = match result {
            Ok(_) => return GateOutcome::Admitted,
            Err(denied) => denied,
        };
        match denied {
            Denied::NoCredential { .. } => GateOutcome::NoCredential,
            Denied::Malformed(_) => GateOutcome::Malformed,
            Denied::Credential => GateOutcome::WrongCredential,
            Denied::Token { .. } => GateOutcome::TokenLimits,
            Denied::SessionExpired => GateOutcome::SessionExpired,
            Denied::AddressChanged => GateOutcome::AddressChanged,
            Denied::Throttled { .. } => GateOutcome::Throttled,
            Denied::Code { problem, .. } => (*problem).into(),
            Denied::SessionWithoutCode { .. } | Denied::Demanded { demand: Demand::Code, .. } => {
                GateOutcome::CodeMissing
            }
            Denied::Demanded { .. } => GateOutcome::Policy,
            Denied::SecurityToken { .. } => GateOutcome::SecurityToken,
            Denied::Place { .. } => GateOutcome::Place,
            Denied::NotForPages => GateOutcome::NotForPages,
            Denied::CrossSite => GateOutcome::CrossSite,
            Denied::PlainPort => GateOutcome::PlainPort,
            Denied::AccessHashDisabled => GateOutcome::AccessHashDisabled,
            Denied::Busy => GateOutcome::Busy,
            Denied::Unavailable(_) => GateOutcome::Unavailable,
        }
    }
}

impl From<CodeProblem> for GateOutcome {
    fn from(problem: CodeProblem) -> GateOutcome {
        match problem {
            CodeProblem::Missing => GateOutcome::CodeMissing,
            CodeProblem::Invalid | CodeProblem::Late { .. } => GateOutcome::CodeWrong,
            CodeProblem::Reused { .. } => GateOutcome::CodeReused,
        }
    }
}
