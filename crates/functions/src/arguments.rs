//! Arguments that several functions take.

use portreeve_api::{ApiError, Ctx};
use portreeve_types::{DomainName, LocalPart, MailAddress};
use regex::{Regex, RegexBuilder};

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

/// A pattern that a caller gave in the argument of this name, matched without regard to case.
///
/// One of this crate's kind takes time linear in the text, so a caller's own pattern is safe to run.
pub(crate) fn pattern(argument: &str, text: Option<&str>) -> Result<Option<Regex>, ApiError> {
    let compile = |text| RegexBuilder::new(text).case_insensitive(true).size_limit(1 << 18).build();
    text.map(compile).transpose().map_err(|_| {
        ApiError::refused(format!("The “{argument}” argument is invalid: it is no regular expression."))
    })
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
