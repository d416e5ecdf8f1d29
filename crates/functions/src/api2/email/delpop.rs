//! `Email::delpop` of API 2: a mailbox goes, with its mail.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::Services;

use crate::api2::done::Done;
use crate::uapi::email::DeletePop;

/// Deletes a mailbox with all its messages, as `Email::delete_pop` does.
pub struct Delpop;

impl Function for Delpop {
    const NAME: Name = Name::api2("Email", "delpop");
    const SUMMARY: &'static str = "Deletes a mailbox with all its messages.";
    const SERVICES: Services = DeletePop::SERVICES;
    const ACCESS: Access = DeletePop::ACCESS;
    const EFFECT: Effect = DeletePop::EFFECT;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a mailbox of the account",
            &[("email", "support"), ("domain", "cptest.example")],
            r#"{"result":1,"reason":""}"#,
        ),
        Example::error(
            "a mailbox that is not there",
            &[("email", "nobody"), ("domain", "cptest.example")],
            "The mailbox “nobody@cptest.example” does not exist.",
        ),
    ];
    type Args = <DeletePop as Function>::Args;
    type Data = Done;

    async fn call(cx: &Ctx, args: Self::Args) -> Result<Done, ApiError> {
        DeletePop::call(cx, args).await?;
        Ok(Done::DONE)
    }
}
