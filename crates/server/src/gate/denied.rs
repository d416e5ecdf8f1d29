//! Why somebody was not let in. `refusal` says how each surface puts it.

use std::sync::Arc;

use portreeve_drivers::DriverError;
pub use portreeve_store::TokenProblem;
use portreeve_store::{Session, StoreError};

use super::demands::Demand;
use crate::hint::Hint;
use crate::request::Malformed;

/// Why somebody was not let in.
pub enum Denied {
    /// No credential at all.
    NoCredential {
        /// Whether the address carried a security token: the cookie is what is missing then.
        security_token: bool,
    },
    /// A credential that cannot be read.
    Malformed(Malformed),
    /// A wrong password, token or hash, or a session that is none: never says which.
    Credential,
    /// A right token that may not be used now, or not from here. Looks like `Credential`; the log says more.
    Token {
        /// What forbids it.
        problem: TokenProblem,
        /// Whose token it is.
        caller: String,
    },
    /// A session that lasted or rested too long.
    SessionExpired,
    /// A session whose cookie comes from another address than the policy allows. It goes on where it was opened.
    AddressChanged,
    /// Too many wrong tries. Looks like `Credential`, but for the seconds to wait.
    Throttled {
        /// Seconds after which a try counts again.
        retry_after: u64,
    },
    /// The second factor is missing or wrong. The password is proven.
    Code {
        /// What is wrong with it.
        problem: CodeProblem,
        /// Who was proven.
        caller: String,
    },
    /// A session without a second factor, where one is wanted by now.
    SessionWithoutCode {
        /// Whose session it is.
        caller: String,
    },
    /// A policy demands something else first. The credential is proven.
    Demanded {
        /// What it demands.
        demand: Demand,
        /// Who was proven.
        caller: String,
        /// The session, when it is the credential.
        session: Option<Arc<Session>>,
    },
    /// A good cookie without its security token, or with a wrong one.
    SecurityToken {
        /// Whether there was none.
        missing: bool,
        /// The session.
        session: Arc<Session>,
        /// Whose session it is.
        caller: String,
    },
    /// Proven, and in the wrong place: another port, or not this kind of caller.
    Place {
        /// Who was proven.
        caller: String,
        /// What to do instead.
        hint: Option<Hint>,
    },
    /// A header credential where a session is wanted.
    NotForPages,
    /// A header credential that another site made a browser send.
    CrossSite,
    /// A credential over a plain port from outside.
    PlainPort,
    /// Switched off by the administrator.
    AccessHashDisabled,
    /// The server is too busy to verify a password now.
    Busy,
    /// Our records failed: nobody is let in.
    Unavailable(String),
}

impl Denied {
    /// Whether there is no session that could be gone on with: a login is what is needed.
    #[must_use]
    pub fn is_without_session(&self) -> bool {
        matches!(
            self,
            Denied::NoCredential { .. }
                | Denied::Credential
                | Denied::SessionExpired
                | Denied::AddressChanged
        )
    }
}

/// What is wrong with a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeProblem {
    /// None was sent.
    Missing,
    /// It is not the code of now.
    Invalid,
    /// It was the code of some minutes ago: the clock that made it is slow.
    Late {
        /// By about so many seconds.
        seconds: i64,
    },
    /// It is right and was used already.
    Reused {
        /// Seconds until the next code.
        next_in: u64,
    },
}

impl From<StoreError> for Denied {
    fn from(error: StoreError) -> Denied {
        Denied::Unavailable(error.to_string())
    }
}

impl From<DriverError> for Denied {
    fn from(error: DriverError) -> Denied {
        Denied::Unavailable(error.to_string())
    }
}

impl From<Malformed> for Denied {
    fn from(malformed: Malformed) -> Denied {
        Denied::Malformed(malformed)
    }
}

impl From<portreeve_crypt::Busy> for Denied {
    fn from(_: portreeve_crypt::Busy) -> Denied {
        Denied::Busy
    }
}
