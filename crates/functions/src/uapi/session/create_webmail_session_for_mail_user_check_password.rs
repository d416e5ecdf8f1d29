//! `Session::create_webmail_session_for_mail_user_check_password`: the same, if somebody knows the mailbox's password.

use std::net::IpAddr;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{DomainName, Feature, LocalPart, Locale, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Created, create};
use crate::guesses::is_mailboxs;
use crate::mailboxes::Mailboxes;
use crate::passwords::GivenPassword;

/// Makes a temporary session for a mailbox of the account whose password is given. A wrong one counts as any guess at
/// it does.
pub struct CreateWebmailSessionForMailUserCheckPassword;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The mailbox's name, the part before the `@`.
    login: LocalPart,
    /// Its domain.
    domain: DomainName,
    /// Its password.
    password: GivenPassword,
    /// The language of the pages; it is given with the login, and kept nowhere before it.
    #[serde(rename = "locale")]
    _locale: Option<Locale>,
    /// The only address that may take the session up; any when absent.
    remote_address: Option<IpAddr>,
}

impl Function for CreateWebmailSessionForMailUserCheckPassword {
    const NAME: Name = Name::uapi("Session", "create_webmail_session_for_mail_user_check_password");
    const SUMMARY: &'static str = "Makes a temporary Webmail session for a mailbox whose password is given.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::EmailAccounts);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "the right password",
            &[("login", "user"), ("domain", "plain.example"), ("password", "mailpass")],
            r#"{"hostname":null}"#,
        )
        .by("plain"),
        Example::error(
            "a wrong password",
            &[("login", "user"), ("domain", "plain.example"), ("password", "wrong")],
            "The password of “user@plain.example” is another one.",
        )
        .by("plain"),
    ];
    type Args = Args;
    type Data = Created;

    async fn call(cx: &Ctx, args: Args) -> Result<Created, ApiError> {
        let mailbox = Mailboxes::of(cx).named(args.login.as_str(), Some(args.domain)).await?;
        if !is_mailboxs(cx, &mailbox, args.password.into_secret()).await? {
            return Err(ApiError::refused(format!("The password of “{}” is another one.", mailbox.address)));
        }
        let origin = "CREATE_WEBMAIL_SESSION_FOR_MAIL_USER_CHECK_PASSWORD";
        create(cx, Some(&mailbox), args.remote_address, origin).await
    }
}
