//! The fields of a login, from query and body alike.

use portreeve_crypt::SecretString;
use portreeve_types::Locale;
use portreeve_wire::Params;

use crate::pages::Destination;

/// What a login sends.
pub(super) struct Fields {
    pub(super) user: Option<String>,
    pub(super) pass: Option<SecretString>,
    pub(super) tfa_token: Option<String>,
    /// The value of a temporary session.
    pub(super) session: Option<SecretString>,
    pub(super) locale: Option<Locale>,
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
            session: filled("session").map(SecretString::from),
            // what is no locale is left out: nothing depends on it
            locale: filled("locale").and_then(|tag| tag.parse().ok()),
            login_only: filled("login_only").is_some_and(|flag| flag != "0"),
            destination: Destination::of(filled("goto_uri").as_deref()),
        }
    }
}
