//! Links that log in: a temporary session that a caller makes, and the address that takes it up.

use std::net::IpAddr;

use portreeve_crypt::{ExposeSecret, SecretString};
use portreeve_store::{
    Account, ApiTokenRecord, Login, Mailbox, Maker, NewTemporarySession, ProvenLogin, StoreError,
    TemporarySession, Writer,
};
use portreeve_types::{Locale, LoginName, MailAddress, Service, Subject};

use crate::context::Actor;
use crate::error::ApiError;

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

/// Why a link was not made. `Display` is the caller's text.
#[derive(Debug, thiserror::Error)]
pub enum NoLink {
    /// The caller may not act as that account.
    #[error("You may not act as this account, or there is none.")]
    NotAllowed,
    /// A link opens pages, and a policy would have demanded more of the caller before it showed one.
    #[error(
        "A link opens pages, for which your credential is not enough: the security policies demand more there \
        (a security code, a verified address, or another password)."
    )]
    CallsOnly,
    /// What a link leads to is asked for neither an address nor a code.
    #[error("An API token that is limited to addresses, or needs a security code, makes no links.")]
    LimitedToken,
    /// Nobody can log in to that mailbox.
    #[error("The login of “{0}” is suspended.")]
    Suspended(MailAddress),
    /// What the caller was let in with has ended, or was changed.
    #[error("Your own login has ended, or was changed; log in again.")]
    Ended,
    /// Our records failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NoLink> for ApiError {
    fn from(error: NoLink) -> ApiError {
        match error {
            NoLink::Store(error) => error.into(),
            refused => ApiError::refused(refused.to_string()),
        }
    }
}

impl Actor {
    /// Makes a temporary session on the authority of this caller, which it lasts no longer than.
    ///
    /// # Errors
    /// When the caller may make none for that account or mailbox, or the records have changed since it was let in.
    pub async fn temporary_session(
        &self,
        store: &Writer,
        link: Link<'_>,
    ) -> Result<TemporarySession, NoLink> {
        self.check_link(&link)?;
        let authority = self.authority();
        let (subject, name) = match link.mailbox {
            Some(mailbox) => (Subject::Mailbox(mailbox.id), LoginName::Mailbox(mailbox.address.clone())),
            None => (Subject::Account(link.account.id), LoginName::Account(link.account.user.clone())),
        };
        let possessor = (subject != Subject::Account(authority.id)).then_some(authority.id);
        let new = NewTemporarySession {
            proven: ProvenLogin {
                login: Login { subject, account: link.account.id, possessor, name },
                password: authority.password.clone(),
                enrolment: self.enrolment,
            },
            service: link.service,
            address: link.address,
            maker: self.maker(),
            origin: link.origin,
        };
        store.create_temporary_session(new).await?.ok_or(NoLink::Ended)
    }

    fn check_link(&self, link: &Link<'_>) -> Result<(), NoLink> {
        if !self.may_enter(link.account) {
            return Err(NoLink::NotAllowed);
        }
        if self.calls_only {
            return Err(NoLink::CallsOnly);
        }
        let is_limited =
            |token: &ApiTokenRecord| !token.limits.networks.is_empty() || token.limits.code_required;
        if self.token.as_deref().is_some_and(is_limited) {
            return Err(NoLink::LimitedToken);
        }
        match link.mailbox {
            Some(mailbox) if mailbox.login_suspended => Err(NoLink::Suspended(mailbox.address.clone())),
            _ => Ok(()),
        }
    }

    fn maker(&self) -> Maker {
        match (&self.session, &self.token, self.access_hash) {
            (Some(session), _, _) => Maker::Session(session.clone()),
            (None, Some(token), _) => Maker::Token(token.clone()),
            (None, None, Some(digest)) => Maker::AccessHash(digest),
            (None, None, None) => Maker::Request,
        }
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
