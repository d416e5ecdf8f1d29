//! Passwords, API tokens and access hashes.

use portreeve_types::{LoginName, Service, Timestamp, TokenName, UserName};
use serde::Serialize;

use super::events;
use crate::api_tokens::TokenLimits;

events! {
    /// What happens to credentials.
    CredentialEvent {
        /// A password was changed.
        PasswordChanged = "password_changed" {
            /// Whose it is.
            who: Option<LoginName>,
            /// Whether its owner changed it.
            by_owner: bool,
        },
        /// An API token was made.
        TokenCreated = "token_created" {
            /// The account that it acts as.
            account: Option<UserName>,
            /// Where it is good.
            service: Service,
            /// Its name.
            token: TokenName,
            /// What it may do.
            rights: TokenRights,
        },
        /// An API token was changed.
        TokenChanged = "token_changed" {
            /// The account that it acts as.
            account: Option<UserName>,
            /// Where it is good.
            service: Service,
            /// Its name before.
            token: TokenName,
            /// Its name now.
            renamed: TokenName,
            /// What it might do before.
            old: TokenRights,
            /// What it may do now.
            new: TokenRights,
        },
        /// An API token was revoked, which ends what came of it.
        TokenRevoked = "token_revoked" {
            /// The account that it acted as.
            account: Option<UserName>,
            /// Where it was good.
            service: Service,
            /// Its name.
            token: TokenName,
        },
        /// An account got an access hash, in the place of the one that it had.
        AccessHashSet = "access_hash_set" {
            /// The account.
            account: Option<UserName>,
        },
    }
}

/// What an API token may do, as the trail tells it.
#[derive(Clone, Debug, Serialize)]
pub struct TokenRights {
    /// Its end, in seconds since 1970; none when it has no end.
    expires: Option<i64>,
    /// Its privileges; none when it has all of its account's.
    privileges: Option<String>,
    /// From where it is good; empty for anywhere.
    networks: Vec<String>,
    /// Whether each call needs a code.
    code_required: bool,
}

impl From<&TokenLimits> for TokenRights {
    fn from(limits: &TokenLimits) -> TokenRights {
        TokenRights {
            expires: limits.expires.map(Timestamp::seconds),
            privileges: limits.acls.map(|acls| acls.to_string()),
            networks: limits.networks.iter().map(ToString::to_string).collect(),
            code_required: limits.code_required,
        }
    }
}
