//! `Email::edit_pop_quota`: a mailbox's other quota.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{DomainName, Feature, Quota, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::mailboxes::{Mailboxes, missing};

/// Gives a mailbox another quota.
pub struct EditPopQuota;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The mailbox's name, or its whole address.
    email: String,
    /// The domain; the account's main domain when absent.
    domain: Option<DomainName>,
    /// The quota in MiB; 0 or absent for none.
    #[serde(default)]
    quota: Quota,
}

impl Function for EditPopQuota {
    const NAME: Name = Name::uapi("Email", "edit_pop_quota");
    const SUMMARY: &'static str = "Gives a mailbox another quota.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::EmailAccounts);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a mailbox of the account",
            &[("email", "sales"), ("domain", "cptest.example"), ("quota", "500")],
            "null",
        ),
        Example::error(
            "a quota that is none",
            &[("email", "sales"), ("domain", "cptest.example"), ("quota", "-1")],
            "The “quota” argument is invalid: a quota is a whole number of MiB, or 0 for none.",
        ),
        Example::error(
            "a mailbox that is not there",
            &[("email", "nobody"), ("domain", "cptest.example"), ("quota", "500")],
            "The mailbox “nobody@cptest.example” does not exist.",
        ),
    ];
    type Args = Args;
    type Data = ();

    async fn call(cx: &Ctx, args: Args) -> Result<(), ApiError> {
        let mailbox = Mailboxes::of(cx).named(&args.email, args.domain).await?;
        if cx.store.set_mailbox_quota(mailbox.id, args.quota).await? {
            Ok(())
        } else {
            Err(missing(&mailbox.address))
        }
    }
}
