//! Who may call a function: declared with it, checked in one place before it runs.

use portreeve_types::{Acl, Feature};

use crate::context::{Assurance, Ctx};
use crate::error::ApiError;

/// Who may call a function, beyond being on a service that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Every account, whatever its features. Users of one mailbox are not accounts.
    Account,
    /// Every account that has the feature. Users of one mailbox are not accounts.
    Feature(Feature),
    /// As `Feature`, and the users of single mailboxes too, for what is theirs.
    FeatureOrMailbox(Feature),
    /// Root, and resellers that have the privilege.
    Acl(Acl),
    /// Root and every reseller.
    Reseller,
}

/// A cPanel API token is for UAPI and API 2. (One of WHM's acts on behalf of an account, and has privileges.)
pub(crate) fn check_api1(cx: &Ctx) -> Result<(), ApiError> {
    if cx.actor.assurance == Assurance::Token && cx.actor.acls.is_empty() {
        return Err(ApiError::refused(
            "Permission denied: an API token is for UAPI and API 2; API 1 needs a password or a session.",
        ));
    }
    Ok(())
}

impl Access {
    /// Whether this caller may; the error says what is missing.
    pub fn check(self, cx: &Ctx) -> Result<(), ApiError> {
        match self {
            Access::Account | Access::Feature(_) if cx.actor.is_mailbox() => Err(ApiError::WrongCaller),
            // Every account has every feature until feature lists exist.
            Access::Account | Access::Feature(_) | Access::FeatureOrMailbox(_) => Ok(()),
            Access::Acl(acl) if cx.actor.acls.grants(acl) => Ok(()),
            Access::Acl(acl) => Err(ApiError::refused(format!(
                "Permission denied: this function needs the privilege “{acl}”."
            ))),
            Access::Reseller if !cx.actor.acls.is_empty() => Ok(()),
            Access::Reseller => Err(ApiError::WrongCaller),
        }
    }

    /// For the generated description: what is needed, in a word.
    #[must_use]
    pub fn describe(self) -> String {
        match self {
            Access::Account => "any account".to_owned(),
            Access::Feature(feature) => format!("feature {}", feature.key()),
            Access::FeatureOrMailbox(feature) => format!("feature {}, or a mailbox's user", feature.key()),
            Access::Acl(acl) => format!("privilege {acl}"),
            Access::Reseller => "any reseller".to_owned(),
        }
    }
}
