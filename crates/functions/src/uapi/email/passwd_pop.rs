//! `Email::passwd_pop`: a mailbox's new password.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name, changed_meanwhile, stepped_up};
use portreeve_crypt::Scheme;
use portreeve_store::ChangedBy;
use portreeve_types::{DomainName, Feature, Services, Subject};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::mailboxes::{Mailboxes, missing};
use crate::passwords::NewPassword;

const FAILED: &str = "Failed to change the password";

/// Changes a mailbox's password and ends its user's sessions.
pub struct PasswdPop;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The mailbox's name, or its whole address.
    email: String,
    /// The new password.
    password: NewPassword,
    /// The domain; the caller's own when absent.
    domain: Option<DomainName>,
}

impl Function for PasswdPop {
    const NAME: Name = Name::uapi("Email", "passwd_pop");
    const SUMMARY: &'static str = "Changes a mailbox's password and ends its user's sessions.";
    const SERVICES: Services = Services::CPANEL.and(Services::WEBMAIL);
    const ACCESS: Access = Access::FeatureOrMailbox(Feature::EmailAccounts);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a mailbox of the account",
            &[("email", "sales"), ("password", "another-long-secret")],
            "null",
        ),
        Example::error(
            "a password that is too short",
            &[("email", "sales"), ("password", "short")],
            "The “password” argument is invalid: a password has 8 to 255 characters.",
        ),
    ];
    type Args = Args;
    type Data = ();

    async fn call(cx: &Ctx, args: Args) -> Result<(), ApiError> {
        let mailbox = Mailboxes::of(cx).named(&args.email, args.domain).await?;
        let acting = if cx.actor.mailbox.is_some() {
            // an open session, or a link, must not become the login itself
            Some(stepped_up(cx, FAILED, "cannot change its own password").await?)
        } else {
            None
        };
        let password = args.password.check(cx).await?;
        let password = cx.hasher.hash(password, Scheme::Service).await?;
        let by = acting.map_or(ChangedBy::Another, |acting| ChangedBy::Owner { acting, staying: None });
        if cx.store.set_password(Subject::Mailbox(mailbox.id), &password, by).await? {
            Ok(())
        } else if acting.is_some() {
            Err(changed_meanwhile(FAILED))
        } else {
            Err(missing(&mailbox.address))
        }
    }
}
