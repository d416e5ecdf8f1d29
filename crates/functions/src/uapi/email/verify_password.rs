//! `Email::verify_password`: whether a password is a mailbox's.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_crypt::{Scheme, Verdict};
use portreeve_store::{Guess, ReserveError};
use portreeve_types::{AddressPrefix, Feature, Services};
use schemars::JsonSchema;
use serde::Deserialize;

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
        let (login, address) = (mailbox.address.to_string(), AddressPrefix::of(cx.actor.address));
        let permit = cx.store.reserve(&login, address, Guess::Password).await.map_err(refused)?;
        let stored = Some(mailbox.password.clone());
        match cx.hasher.verify(args.password.into_secret(), stored, Scheme::Service).await {
            Ok(Verdict::Right { .. }) => {
                cx.store.succeeded(permit).await?;
                Ok(1)
            }
            Ok(Verdict::Wrong) => {
                cx.store.failed(permit).await?;
                Ok(0)
            }
            Err(busy) => {
                // it was never evaluated, so it is nobody's failure
                cx.store.refund(permit);
                Err(busy.into())
            }
        }
    }
}

fn refused(error: ReserveError) -> ApiError {
    match error {
        ReserveError::Throttled { retry_after_seconds } => ApiError::refused(format!(
            "Too many wrong passwords of this mailbox; try again in {retry_after_seconds} seconds."
        )),
        ReserveError::Busy => ApiError::refused("Too many tries of this mailbox at once; try again."),
        ReserveError::Store(error) => error.into(),
    }
}
