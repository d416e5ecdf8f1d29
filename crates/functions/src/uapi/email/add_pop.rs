//! `Email::add_pop`: a new mailbox.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_crypt::Scheme;
use portreeve_store::{AddMailboxError, NewMailbox};
use portreeve_types::{DomainName, Feature, Quota, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::mailboxes::Mailboxes;
use crate::passwords::NewPassword;
use crate::settle::settle;

/// Creates a mailbox.
pub struct AddPop;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The mailbox's name, or its whole address.
    pub(crate) email: String,
    /// The password of its user.
    pub(crate) password: NewPassword,
    /// The domain; the account's main domain when absent.
    pub(crate) domain: Option<DomainName>,
    /// The quota in MiB; 0 for none.
    #[serde(default)]
    pub(crate) quota: Quota,
}

impl Function for AddPop {
    const NAME: Name = Name::uapi("Email", "add_pop");
    const SUMMARY: &'static str = "Creates a mailbox.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::EmailAccounts);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a mailbox in the main domain",
            &[("email", "office"), ("password", "a-long-enough-secret"), ("quota", "250")],
            r#""office+cptest.example""#,
        ),
        Example::error(
            "an address that is taken",
            &[("email", "info@cptest.example"), ("password", "a-long-enough-secret")],
            "The mailbox “info@cptest.example” already exists.",
        ),
        Example::error(
            "a domain of somebody else",
            &[("email", "info"), ("domain", "plain.example"), ("password", "a-long-enough-secret")],
            "You do not own the domain “plain.example”.",
        ),
        Example::error("no password", &[("email", "office")], "The “password” argument is required."),
    ];
    type Args = Args;
    type Data = String;

    async fn call(cx: &Ctx, args: Args) -> Result<String, ApiError> {
        let mailboxes = Mailboxes::of(cx);
        let address = mailboxes.address(&args.email, args.domain)?;
        let taken = || ApiError::refused(format!("The mailbox “{address}” already exists."));
        if mailboxes.is_taken(&address).await? {
            return Err(taken());
        }
        let password = args.password.check(cx).await?;
        let password = cx.hasher.hash(password, Scheme::Service).await?;
        let directory = cx.drivers.mail.create(&cx.home(), &address).await?;
        let new =
            NewMailbox { account: cx.account.id, address: address.clone(), password, quota: args.quota };
        let added = cx.store.add_mailbox(new).await;
        let written = match &added {
            Ok(_) => Ok(true),
            Err(AddMailboxError::Exists) => Ok(false),
            Err(AddMailboxError::Store(error)) => Err(error),
        };
        settle(directory, written).await;
        added.map_err(|error| match error {
            AddMailboxError::Exists => taken(),
            AddMailboxError::Store(error) => error.into(),
        })?;
        Ok(format!("{}+{}", address.local, address.domain))
    }
}
