//! `Session::create_webmail_session_for_mail_user`: from cPanel into one of the account's mailboxes.

use std::net::IpAddr;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{DomainName, Feature, LocalPart, Locale, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Created, create};
use crate::mailboxes::Mailboxes;

/// Makes a temporary session for a mailbox of the account.
pub struct CreateWebmailSessionForMailUser;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The mailbox's name, the part before the `@`.
    login: LocalPart,
    /// Its domain.
    domain: DomainName,
    /// The language of the pages; it is given with the login, and kept nowhere before it.
    #[serde(rename = "locale")]
    _locale: Option<Locale>,
    /// The only address that may take the session up; any when absent.
    remote_address: Option<IpAddr>,
}

impl Function for CreateWebmailSessionForMailUser {
    const NAME: Name = Name::uapi("Session", "create_webmail_session_for_mail_user");
    const SUMMARY: &'static str = "Makes a temporary Webmail session for a mailbox of the account.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::EmailAccounts);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a mailbox of the account",
            &[("login", "info"), ("domain", "cptest.example")],
            r#"{"hostname":null}"#,
        ),
        Example::error(
            "a mailbox that is not there",
            &[("login", "nobody"), ("domain", "cptest.example")],
            "The mailbox “nobody@cptest.example” does not exist.",
        ),
        Example::error(
            "somebody else's mailbox",
            &[("login", "user"), ("domain", "plain.example")],
            "You do not own the domain “plain.example”.",
        ),
    ];
    type Args = Args;
    type Data = Created;

    async fn call(cx: &Ctx, args: Args) -> Result<Created, ApiError> {
        let mailbox = Mailboxes::of(cx).named(args.login.as_str(), Some(args.domain)).await?;
        create(cx, Some(&mailbox), args.remote_address, "CREATE_WEBMAIL_SESSION_FOR_MAIL_USER").await
    }
}
