//! `Email::verify_password`: whether a password is a mailbox's.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Feature, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::guesses::is_mailboxs;
use crate::mailboxes::Mailboxes;
use crate::passwords::GivenPassword;

/// Says whether a password is a mailbox's. A wrong one counts as a wrong login of that mailbox from the caller's
/// address, and is throttled like one: whoever holds the account's session must not guess here what a login would not
/// let them guess.
pub struct VerifyPassword;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The mailbox's address; its name alone lies in the account's main domain.
    email: String,
    /// The password.
    password: GivenPassword,
}

impl Function for VerifyPassword {
    const NAME: Name = Name::uapi("Email", "verify_password");
    const SUMMARY: &'static str =
        "Says whether a password is a mailbox's; a wrong one counts as a wrong login.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::EmailAccounts);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("the right one", &[("email", "info@cptest.example"), ("password", "mailpass")], "1"),
        Example::data("a wrong one", &[("email", "info@cptest.example"), ("password", "guess")], "0"),
        Example::error(
            "a mailbox that is not there",
            &[("email", "nobody"), ("password", "guess")],
            "The mailbox “nobody@cptest.example” does not exist.",
        ),
    ];
    type Args = Args;
    type Data = u8;

    async fn call(cx: &Ctx, args: Args) -> Result<u8, ApiError> {
        let mailbox = Mailboxes::of(cx).named(&args.email, None).await?;
        Ok(u8::from(is_mailboxs(cx, &mailbox, args.password.into_secret()).await?))
    }
}
