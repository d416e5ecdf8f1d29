//! Uses of credentials, which change nothing.

use serde::Serialize;

use super::events;

events! {
    /// What credentials are used for, and what of that there was no room for.
    UseEvent {
        /// A credential was used in a request's header: the first time in an hour from an address.
        CredentialUsed = "credential_used" {},
        /// An API token that is right was refused: the first time in an hour from an address.
        TokenRefused = "token_refused" {
            /// Its end, the address, the lack of TLS, or that its owner has no second factor for the code that it wants.
            problem: TokenProblem,
        },
        /// Somebody who has a second factor made an API call with the password alone, as a policy allows.
        CallWithoutCode = "call_without_code" {},
        /// There were more entries at once than there was room for.
        EntriesLeftOut = "entries_left_out" {
            /// Their event.
            of: &'static str,
            /// How many are not in the trail.
            left_out: u64,
        },
    }
}

/// What forbids the use of a right API token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenProblem {
    /// It has expired.
    Expired,
    /// It is good from other addresses.
    Address,
    /// It is good from some addresses, and therefore on TLS only.
    NotOnTls,
    /// It needs a code, and its owner has no second factor.
    NoFactor,
}
