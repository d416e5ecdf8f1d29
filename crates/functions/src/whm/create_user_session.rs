//! `create_user_session`: a link that logs somebody in, once.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Link, Name, NoLink, login_address};
use portreeve_crypt::ExposeSecret;
use portreeve_types::{Acl, DomainName, Locale, LoginName, Service, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts::{Named, named};

/// Makes a temporary session: an address that logs in to an account once, without its password.
///
/// The session that comes of it is the caller's doing: it ends when the caller's own logins would, and has no right
/// that the caller lacks (docs/differences.md#temporary-sessions).
pub struct CreateUserSession;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// Whom the session is for: an account's name, or for Webmail a mailbox's address.
    user: LoginName,
    /// Where it logs in.
    service: Daemon,
    /// The application to open; no page of ours is one yet, and what is unknown is not linked.
    #[serde(rename = "app")]
    _app: Option<String>,
    /// The language of the pages.
    locale: Option<Locale>,
    /// The host name in the address: the account's own domain, else the server's name is taken.
    preferred_domain: Option<DomainName>,
}

/// A service, under the name of the program that serves it in the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Daemon {
    /// cPanel.
    Cpaneld,
    /// WHM.
    Whostmgrd,
    /// Webmail.
    Webmaild,
}

impl Daemon {
    fn service(self) -> Service {
        match self {
            Daemon::Cpaneld => Service::Cpanel,
            Daemon::Whostmgrd => Service::Whm,
            Daemon::Webmaild => Service::Webmail,
        }
    }
}

/// The temporary session.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// The security token in the address, with its slash.
    cp_security_token: String,
    /// From when on the address is worth nothing, in seconds since 1970.
    expires: i64,
    /// The language, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<Locale>,
    /// Where it logs in.
    service: Daemon,
    /// The temporary session's value, which is in the address too.
    session: String,
    /// The address: the first who opens it is logged in.
    url: String,
}

impl Function for CreateUserSession {
    const NAME: Name = Name::whm("create_user_session", V0::Status);
    const SUMMARY: &'static str = "Makes an address that logs in to an account once.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::CreateUserSession);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "an account of one's own",
            &[("user", "plain"), ("service", "cpaneld"), ("locale", "fr")],
            r#"{"service":"cpaneld","locale":"fr","expires":1768479305}"#,
        )
        .by("asder"),
        Example::data("a mailbox", &[("user", "user@plain.example"), ("service", "webmaild")], "{}")
            .by("root"),
        Example::data("oneself", &[("user", "root"), ("service", "whostmgrd")], "{}").by("root"),
        Example::error(
            "somebody else's account",
            &[("user", "cptest"), ("service", "cpaneld")],
            "You do not have permission to open a session of “cptest”, or it does not exist.",
        )
        .by("asder"),
        Example::error(
            "the administrator",
            &[("user", "root"), ("service", "whostmgrd")],
            "You do not have permission to open a session of “root”, or it does not exist.",
        )
        .by("asder"),
        Example::error(
            "a service that is not for such a user",
            &[("user", "plain"), ("service", "whostmgrd")],
            "“plain” cannot log in to whm.",
        )
        .by("root"),
        Example::error(
            "a service that is none",
            &[("user", "plain"), ("service", "ftpd")],
            "The “service” argument is invalid",
        )
        .by("root"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        let service = args.service.service();
        // one text for all, so that a reseller cannot list other people's accounts
        let refused = || {
            let user = &args.user;
            ApiError::refused(format!(
                "You do not have permission to open a session of “{user}”, or it does not exist."
            ))
        };
        let target = named(cx, &args.user).await?;
        let may = |target: &Named| cx.actor.may_enter(&target.account) && target.account.suspension.is_none();
        let Named { account, mailbox } = target.filter(may).ok_or_else(refused)?;
        let mailbox = mailbox.as_deref();
        if !account.fits(service, mailbox) {
            return Err(ApiError::refused(format!("“{}” cannot log in to {service}.", args.user)));
        }
        // in WHM the session brings the account's privileges, which must not be more than the credential's at hand
        if service == Service::Whm && !account.acls().is_within(cx.actor.acls) {
            return Err(refused());
        }
        let link = Link { account: &account, mailbox, service, address: None, origin: "create_user_session" };
        let session = cx.actor.temporary_session(&cx.store, link).await.map_err(|error| match error {
            NoLink::NotAllowed => refused(),
            other => other.into(),
        })?;
        let host = match &args.preferred_domain {
            Some(domain) if *domain == account.domain => domain.as_str(),
            _ => &cx.host_name,
        };
        let url = login_address(&session, host, cx.ports.number(service, true), args.locale.as_ref());
        Ok(Data {
            cp_security_token: session.security_token.prefix(),
            expires: session.expires.seconds(),
            locale: args.locale,
            service: args.service,
            session: session.value.expose_secret().to_owned(),
            url: url.expose_secret().to_owned(),
        })
    }

    fn reason(_: &Data) -> String {
        "Created session".to_owned()
    }
}
