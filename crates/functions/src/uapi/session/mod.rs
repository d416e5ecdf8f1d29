//! `Session`: temporary sessions for Webmail.

mod create_webmail_session_for_mail_user;
mod create_webmail_session_for_mail_user_check_password;
mod create_webmail_session_for_self;

use std::net::IpAddr;

use portreeve_api::{ApiError, Ctx, Entry, Link};
use portreeve_crypt::ExposeSecret;
use portreeve_store::Mailbox;
use portreeve_types::Service;
use schemars::JsonSchema;
use serde::Serialize;

pub(super) static TABLE: &[Entry] = &[
    Entry::of::<create_webmail_session_for_mail_user::CreateWebmailSessionForMailUser>(),
    Entry::of::<
        create_webmail_session_for_mail_user_check_password::CreateWebmailSessionForMailUserCheckPassword,
    >(),
    Entry::of::<create_webmail_session_for_self::CreateWebmailSessionForSelf>(),
];

/// A temporary session: `POST https://HOST:2096TOKEN/login` with `session=SESSION` takes it up, once.
#[derive(Serialize, JsonSchema)]
pub struct Created {
    /// The host that has the mailbox; null for this one.
    hostname: Option<String>,
    /// The temporary session's value.
    session: String,
    /// The security token for its address, with its slash.
    token: String,
}

/// Makes a temporary session for the account's default mailbox, or for another mailbox of it.
async fn create(
    cx: &Ctx,
    mailbox: Option<&Mailbox>,
    address: Option<IpAddr>,
    origin: &'static str,
) -> Result<Created, ApiError> {
    let link = Link { account: &cx.account, mailbox, service: Service::Webmail, address, origin };
    let session = cx.actor.temporary_session(&cx.store, link).await?;
    Ok(Created {
        hostname: None,
        session: session.value.expose_secret().to_owned(),
        token: session.security_token.prefix(),
    })
}
