//! Arguments that several functions take.

use portreeve_api::{ApiError, Ctx};
use portreeve_types::{DomainName, LocalPart, MailAddress};

/// A name that may come whole (`user@domain`) or with its domain beside it; without any domain it lies in the
/// account's main domain. The domain must be the account's own.
pub(crate) fn within_own_domain(
    cx: &Ctx,
    name: &str,
    domain: Option<DomainName>,
) -> Result<MailAddress, ApiError> {
    let address = match (name.contains('@'), domain) {
        (true, domain) => {
            let address: MailAddress = name.parse().map_err(|error| invalid(&error))?;
            if domain.is_some_and(|domain| domain != address.domain) {
                return Err(ApiError::refused(format!(
                    "The address “{address}” names another domain than “domain” does."
                )));
            }
            address
        }
        (false, domain) => {
            let local: LocalPart = name.parse().map_err(|error| invalid(&error))?;
            let domain = domain.unwrap_or_else(|| own_domain(cx).clone());
            MailAddress { local, domain }
        }
    };
    if address.domain == cx.account.domain {
        Ok(address)
    } else {
        Err(ApiError::refused(format!("You do not own the domain “{}”.", address.domain)))
    }
}

/// The mailbox that a caller means: any of the account's for the account, its own for a mailbox's user.
pub(crate) fn mailbox_address(
    cx: &Ctx,
    email: &str,
    domain: Option<DomainName>,
) -> Result<MailAddress, ApiError> {
    let address = within_own_domain(cx, email, domain)?;
    match &cx.actor.mailbox {
        Some(own) if own.address != address => {
            Err(ApiError::refused(format!("Permission denied: you are logged in as “{}” only.", own.address)))
        }
        _ => Ok(address),
    }
}

fn own_domain(cx: &Ctx) -> &DomainName {
    match &cx.actor.mailbox {
        Some(mailbox) => &mailbox.address.domain,
        None => &cx.account.domain,
    }
}

fn invalid(error: &impl std::fmt::Display) -> ApiError {
    ApiError::refused(format!("{error}."))
}
