//! Which mailboxes a call may act on: the one way from a call to a mailbox (docs/differences.md#mailbox-users).
//!
//! No other file of this crate looks a mailbox up, and `cargo xtask ci` checks that. So a function that is open to the
//! users of single mailboxes cannot hand them somebody else's.

use std::sync::Arc;

use portreeve_api::{ApiError, Ctx};
use portreeve_store::Mailbox;
use portreeve_types::{DomainName, MailAddress};

use crate::arguments::within_own_domain;

/// The mailboxes that a call may act on.
pub(crate) struct Mailboxes<'a> {
    cx: &'a Ctx,
    reach: Reach<'a>,
}

enum Reach<'a> {
    /// All of the account's: its own login, or a call on its behalf.
    Account,
    /// This one: its own user.
    Only(&'a Arc<Mailbox>),
    /// The account's own, which has no address: the account's login in Webmail.
    Own,
}

impl<'a> Mailboxes<'a> {
    /// Those of this call.
    pub(crate) fn of(cx: &'a Ctx) -> Mailboxes<'a> {
        let reach = match &cx.actor.mailbox {
            Some(mailbox) => Reach::Only(mailbox),
            None if cx.actor.has_default_mailbox_only() => Reach::Own,
            None => Reach::Account,
        };
        Mailboxes { cx, reach }
    }

    /// The address that a caller means, whether there is a mailbox or not: one within reach.
    pub(crate) fn address(&self, email: &str, domain: Option<DomainName>) -> Result<MailAddress, ApiError> {
        let address = within_own_domain(self.cx, email, domain)?;
        let only = match &self.reach {
            Reach::Account => return Ok(address),
            Reach::Only(own) if own.address == address => return Ok(address),
            Reach::Only(own) => own.address.to_string(),
            Reach::Own => self.cx.account.user.to_string(),
        };
        Err(ApiError::refused(format!("Permission denied: you are logged in as “{only}” only.")))
    }

    /// Whether there is a mailbox of this address.
    pub(crate) async fn is_taken(&self, address: &MailAddress) -> Result<bool, ApiError> {
        Ok(self.cx.store.mailbox(address).await?.is_some())
    }

    /// The mailbox that a caller means.
    pub(crate) async fn named(
        &self,
        email: &str,
        domain: Option<DomainName>,
    ) -> Result<Arc<Mailbox>, ApiError> {
        let address = self.address(email, domain)?;
        let found = self.cx.store.mailbox(&address).await?;
        found.filter(|mailbox| mailbox.account == self.cx.account.id).ok_or_else(|| missing(&address))
    }

    /// Keeps the user of the mailbox that a caller means from logging in, or lets the user log in again.
    pub(crate) async fn set_login_suspended(&self, email: &str, suspended: bool) -> Result<(), ApiError> {
        let mailbox = self.named(email, None).await?;
        if self.cx.store.set_mailbox_login_suspended(mailbox.id, suspended).await? {
            Ok(())
        } else {
            Err(missing(&mailbox.address))
        }
    }

    /// All of them, in the order of their addresses.
    pub(crate) async fn all(&self) -> Result<Vec<Arc<Mailbox>>, ApiError> {
        let mailboxes = self.cx.store.mailboxes(self.cx.account.id).await?;
        let within_reach = |mailbox: &&Arc<Mailbox>| match &self.reach {
            Reach::Account => true,
            Reach::Only(own) => own.id == mailbox.id,
            Reach::Own => false,
        };
        Ok(mailboxes.iter().filter(within_reach).cloned().collect())
    }

    /// Whether the account's own mailbox, the one without an address, is among them.
    pub(crate) fn with_own(&self) -> bool {
        !matches!(self.reach, Reach::Only(_))
    }
}

/// A mailbox that is not there, or no longer.
pub(crate) fn missing(address: &MailAddress) -> ApiError {
    ApiError::refused(format!("The mailbox “{address}” does not exist."))
}
