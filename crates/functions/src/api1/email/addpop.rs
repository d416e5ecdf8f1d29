//! `Email::addpop` of API 1: a new mailbox.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{DomainName, Quota, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::passwords::NewPassword;
use crate::uapi::email::{AddPop, AddPopArgs};

/// Creates a mailbox, as `Email::add_pop` of UAPI does.
pub struct Addpop;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// `arg-0`: the mailbox's name, or its whole address.
    email: String,
    /// `arg-1`: the password of its user.
    password: NewPassword,
    /// `arg-2`: the quota in MiB; 0 for none.
    #[serde(default)]
    quota: Quota,
    /// `arg-3`: the domain; the account's main domain when absent.
    domain: Option<DomainName>,
}

impl Function for Addpop {
    const NAME: Name = Name::api1("Email", "addpop");
    const SUMMARY: &'static str = "Creates a mailbox.";
    const SERVICES: Services = AddPop::SERVICES;
    const ACCESS: Access = AddPop::ACCESS;
    const EFFECT: Effect = AddPop::EFFECT;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a mailbox without a quota",
            &[
                ("arg-0", "office"),
                ("arg-1", "a-long-enough-secret"),
                ("arg-2", "0"),
                ("arg-3", "cptest.example"),
            ],
            r#""office+cptest.example""#,
        ),
        Example::data(
            "quota and domain left out",
            &[("arg-0", "office"), ("arg-1", "a-long-enough-secret"), ("arg-2", "")],
            r#""office+cptest.example""#,
        ),
        Example::error(
            "a domain of somebody else",
            &[
                ("arg-0", "office"),
                ("arg-1", "a-long-enough-secret"),
                ("arg-2", "0"),
                ("arg-3", "plain.example"),
            ],
            "You do not own the domain “plain.example”.",
        ),
        Example::error(
            "quota and domain the other way round",
            &[("arg-0", "office"), ("arg-1", "a-long-enough-secret"), ("arg-2", "cptest.example")],
            "The “arg-2 (quota)” argument is invalid: ",
        ),
        Example::error("no password", &[("arg-0", "office")], "The “arg-1 (password)” argument is required."),
    ];
    type Args = Args;
    type Data = String;

    async fn call(cx: &Ctx, args: Args) -> Result<String, ApiError> {
        let Args { email, password, quota, domain } = args;
        AddPop::call(cx, AddPopArgs { email, password, domain, quota }).await
    }
}
