//! `Email::listpops` of API 2: the account's mailboxes.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::Services;

use crate::uapi::email::ListPops;

/// Lists the account's mailboxes, as `Email::list_pops` does.
pub struct Listpops;

impl Function for Listpops {
    const NAME: Name = Name::api2("Email", "listpops");
    const SUMMARY: &'static str = "Lists the account's mailboxes.";
    const SERVICES: Services = ListPops::SERVICES;
    const ACCESS: Access = ListPops::ACCESS;
    const EFFECT: Effect = ListPops::EFFECT;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "the mailboxes, the account's own among them",
            &[],
            r#"[{"email":"cptest","login":"Main Account"},{"email":"info@cptest.example"}]"#,
        ),
        Example::error("a pattern that is none", &[("regex", "(")], "The “regex” argument is invalid"),
    ];
    type Args = <ListPops as Function>::Args;
    type Data = <ListPops as Function>::Data;

    async fn call(cx: &Ctx, args: Self::Args) -> Result<Self::Data, ApiError> {
        ListPops::call(cx, args).await
    }
}
