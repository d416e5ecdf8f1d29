//! `Email::addpop` of API 2: a new mailbox.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::Services;

use crate::api2::done::Done;
use crate::uapi::email::AddPop;

/// Creates a mailbox, as `Email::add_pop` does.
pub struct Addpop;

impl Function for Addpop {
    const NAME: Name = Name::api2("Email", "addpop");
    const SUMMARY: &'static str = "Creates a mailbox.";
    const SERVICES: Services = AddPop::SERVICES;
    const ACCESS: Access = AddPop::ACCESS;
    const EFFECT: Effect = AddPop::EFFECT;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a mailbox with a quota in MiB",
            &[
                ("email", "office"),
                ("domain", "cptest.example"),
                ("password", "a-long-enough-secret"),
                ("quota", "250"),
            ],
            r#"{"result":1,"reason":""}"#,
        ),
        Example::error(
            "an address that is taken",
            &[("email", "info"), ("domain", "cptest.example"), ("password", "a-long-enough-secret")],
            "The mailbox “info@cptest.example” already exists.",
        ),
        Example::error(
            "a domain of somebody else",
            &[("email", "info"), ("domain", "plain.example"), ("password", "a-long-enough-secret")],
            "You do not own the domain “plain.example”.",
        ),
        Example::error(
            "a quota that is none",
            &[("email", "office"), ("password", "a-long-enough-secret"), ("quota", "much")],
            "The “quota” argument is invalid: ",
        ),
    ];
    type Args = <AddPop as Function>::Args;
    type Data = Done;

    async fn call(cx: &Ctx, args: Self::Args) -> Result<Done, ApiError> {
        AddPop::call(cx, args).await?;
        Ok(Done::DONE)
    }
}
