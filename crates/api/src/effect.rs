//! What a call leaves behind, and what a caller must have proven to leave it.

use crate::assurance::stepped_up;
use crate::context::Ctx;
use crate::error::ApiError;

/// What of a call may last longer than the right to make it. A function says so itself; nothing is guessed from names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It reads or changes what the account or the server holds. A new mailbox, FTP login or account is such a thing:
    /// it has a password, but stands in the lists and has its own rights, not the caller's.
    Data,
    /// It makes, changes or shows what lets in somebody who is there already: a password, a token, a session, a second
    /// factor, the end of a suspension.
    Credential,
    /// It changes what is asked of everybody who logs in.
    Rule,
}

impl Effect {
    /// Refuses a program whatever would outlast it, and everybody but the user itself a change of the rules:
    /// they must not be lifted with less than they ask for. Done for every call with the function's own effect; a
    /// function asks for more where only some of its calls have it.
    ///
    /// # Errors
    /// When the caller has proven less, or the records are unavailable.
    pub async fn check(self, cx: &Ctx) -> Result<(), ApiError> {
        match self {
            Effect::Data => Ok(()),
            Effect::Credential | Effect::Rule if cx.actor.is_program => Err(ApiError::refused(
                "Permission denied: a call ticket, or being the account's system user, is not good for credentials, nor \
                 for what is asked of those who log in.",
            )),
            Effect::Credential => Ok(()),
            Effect::Rule => {
                let cannot = "cannot change what is asked of those who log in";
                stepped_up(cx, "Permission denied", cannot).await.map(drop)
            }
        }
    }

    /// For the generated description.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Effect::Data => "data",
            Effect::Credential => "credential",
            Effect::Rule => "rule",
        }
    }
}
