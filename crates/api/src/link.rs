//! Links that log in: a temporary session that a caller makes, and the address that takes it up.

use std::net::IpAddr;

use portreeve_crypt::{ExposeSecret, SecretString};
use portreeve_store::{Account, Mailbox, NewTemporarySession, Store, StoreError, TemporarySession};
use portreeve_types::{Locale, LoginName, Service, Subject};

use crate::context::Actor;

/// What a link is for.
pub struct Link<'a> {
    /// The account that it logs in to.
    pub account: &'a Account,
    /// The mailbox of it, where it logs in to that only.
    pub mailbox: Option<&'a Mailbox>,
    /// The service that it is good for.
    pub service: Service,
    /// The only address that it is good for; any when there is none.
    pub address: Option<IpAddr>,
    /// What its value says of its origin.
    pub origin: &'static str,
}

impl Actor {
    /// Makes a temporary session on the authority of this caller, which it lasts no longer than. None when the caller
    /// may not act as that account, or the records have changed since it was let in.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn temporary_session(
        &self,
        store: &Store,
        link: Link<'_>,
    ) -> Result<Option<TemporarySession>, StoreError> {
        if !self.may_enter(link.account) {
            return Ok(None);
        }
        let authority = self.authority();
        let (subject, login) = match link.mailbox {
            Some(mailbox) => (Subject::Mailbox(mailbox.id), LoginName::Mailbox(mailbox.address.clone())),
            None => (Subject::Account(link.account.id), LoginName::Account(link.account.user.clone())),
        };
        let own = Subject::Account(authority.id);
        let enrolment = store.two_factor(own).await?.map(|factor| factor.enrolment);
        let new = NewTemporarySession {
            subject,
            account: link.account.id,
            possessor: (subject != own).then_some(authority.id),
            login,
            service: link.service,
            address: link.address,
            origin: link.origin,
            password: authority.password.clone(),
            enrolment,
        };
        store.create_temporary_session(new).await
    }
}

/// The address that takes a temporary session up. Published scripts cut it off before `/login` and go on there.
#[must_use]
pub fn login_address(
    session: &TemporarySession,
    host: &str,
    port: u16,
    locale: Option<&Locale>,
) -> SecretString {
    let prefix = session.security_token.prefix();
    let locale = locale.map(|locale| format!("locale={locale}&")).unwrap_or_default();
    let value = session.escaped.expose_secret();
    format!("https://{host}:{port}{prefix}/login/?{locale}session={value}").into()
}
