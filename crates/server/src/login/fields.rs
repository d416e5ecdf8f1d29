//! The fields of a login, from query and body alike.

use portreeve_crypt::SecretString;
use portreeve_wire::Params;

use super::destination::Destination;

/// What a login sends.
pub(super) struct Fields {
    pub(super) user: Option<String>,
    pub(super) pass: Option<SecretString>,
    pub(super) tfa_token: Option<String>,
    /// Whether the answer is to be JSON.
    pub(super) login_only: bool,
    pub(super) destination: Destination,
}

impl Fields {
    pub(super) fn read(mut params: Params) -> Fields {
        let mut filled = |name| params.take(name).filter(|value| !value.is_empty());
        Fields {
            user: filled("user"),
            pass: filled("pass").map(SecretString::from),
            tfa_token: filled("tfa_token"),
            login_only: filled("login_only").is_some_and(|flag| flag != "0"),
            destination: Destination::of(filled("goto_uri").as_deref()),
        }
    }
}
