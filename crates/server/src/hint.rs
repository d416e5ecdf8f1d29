//! Hints: what somebody should do differently. They stand where scripts print them.

use std::borrow::Cow;

use portreeve_types::{Ports, Service, Services};

/// One sentence for the author of a script, ASCII so that a reason phrase can carry it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint(Cow<'static, str>);

impl Hint {
    /// The call is right, the port is not.
    #[must_use]
    pub fn wrong_port(ports: &Ports, services: Services) -> Hint {
        let ports: Vec<String> = services
            .iter()
            .map(|service| {
                format!("{} ({}) for {service}", ports.number(service, true), ports.number(service, false))
            })
            .collect();
        Hint(format!("right call, wrong port: use {}", ports.join(" or ")).into())
    }

    /// The credential is right and belongs to another service's ports.
    #[must_use]
    pub fn wrong_service(ports: &Ports, service: Service) -> Hint {
        Hint(
            format!(
                "right credential, wrong port: use {} ({})",
                ports.number(service, true),
                ports.number(service, false)
            )
            .into(),
        )
    }

    /// Somebody gave one of the last recovery codes.
    #[must_use]
    pub fn recovery_codes_left(left: usize) -> Hint {
        Hint(format!("recovery codes left: {left}; make new ones").into())
    }

    /// A security token came without the cookie that it belongs to.
    pub const COOKIE_MISSING: Hint = Hint(Cow::Borrowed("security token present, session cookie missing"));

    /// A page was asked for with a header credential.
    pub const PAGES_NEED_A_SESSION: Hint =
        Hint(Cow::Borrowed("header credentials serve the API only: log in for pages"));

    /// A call on a plain port from outside.
    pub const USE_TLS: Hint = Hint(Cow::Borrowed("credentials travel over TLS only: use the TLS port"));

    /// The one-time code is missing.
    pub const SEND_CODE: Hint = Hint(Cow::Borrowed("send X-CPANEL-OTP with the code of now"));

    /// An API token that is not good any more; for the log.
    pub const TOKEN_EXPIRED: Hint = Hint(Cow::Borrowed("the API token has expired"));

    /// An API token from an address that it is not good from; for the log.
    pub const TOKEN_ADDRESS: Hint = Hint(Cow::Borrowed("the API token is not good from this address"));

    /// An API token that is good from some addresses only, over plain HTTP; for the log.
    pub const TOKEN_NOT_ON_TLS: Hint =
        Hint(Cow::Borrowed("the API token is limited to addresses and therefore good on TLS only"));

    /// An API token that needs a code that nobody can give; for the log.
    pub const TOKEN_WITHOUT_FACTOR: Hint =
        Hint(Cow::Borrowed("the API token needs a security code and its owner has no second factor"));

    /// Switched off by the administrator.
    pub const NO_ACCESS_HASH: Hint = Hint(Cow::Borrowed("Access hash disabled; create an API token"));

    /// The words.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}
