//! `Email::unsuspend_login`: a mailbox's user may log in again.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Feature, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::mailboxes::Mailboxes;

/// Lets a mailbox's user log in again.
pub struct UnsuspendLogin;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The mailbox's address; its name alone lies in the account's main domain.
    email: String,
}

impl Function for UnsuspendLogin {
    const NAME: Name = Name::uapi("Email", "unsuspend_login");
    const SUMMARY: &'static str = "Lets a mailbox's user log in again.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::EmailAccounts);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a mailbox of the account, suspended or not",
            &[("email", "info@cptest.example")],
            "null",
        ),
        Example::error(
            "a mailbox of somebody else",
            &[("email", "user@plain.example")],
            "You do not own the domain “plain.example”.",
        ),
    ];
    type Args = Args;
    type Data = ();

    async fn call(cx: &Ctx, args: Args) -> Result<(), ApiError> {
        Mailboxes::of(cx).set_login_suspended(&args.email, false).await
    }
}
