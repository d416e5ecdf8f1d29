//! `Email::delete_pop`: a mailbox goes, with its mail.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{DomainName, Feature, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::mailboxes::{Mailboxes, missing};
use crate::settle::settle;

/// Deletes a mailbox with all its messages.
pub struct DeletePop;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The mailbox's name, or its whole address.
    email: String,
    /// The domain; the account's main domain when absent.
    domain: Option<DomainName>,
}

impl Function for DeletePop {
    const NAME: Name = Name::uapi("Email", "delete_pop");
    const SUMMARY: &'static str = "Deletes a mailbox with all its messages.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::EmailAccounts);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("a mailbox of the account", &[("email", "support@cptest.example")], "null"),
        Example::error(
            "a mailbox that is not there",
            &[("email", "nobody")],
            "The mailbox “nobody@cptest.example” does not exist.",
        ),
    ];
    type Args = Args;
    type Data = ();

    async fn call(cx: &Ctx, args: Args) -> Result<(), ApiError> {
        let mailbox = Mailboxes::of(cx).named(&args.email, args.domain).await?;
        let directory = cx.drivers.mail.remove(&cx.home(), &mailbox.address).await?;
        let removed = cx.store.remove_mailbox(mailbox.id).await;
        settle(directory, removed.as_ref().copied()).await;
        if removed? { Ok(()) } else { Err(missing(&mailbox.address)) }
    }
}
