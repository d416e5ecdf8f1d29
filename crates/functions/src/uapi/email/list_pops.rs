//! `Email::list_pops`: the account's mailboxes.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{Feature, Services};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::arguments::pattern;
use crate::mailboxes::Mailboxes;

/// Lists the account's mailboxes.
pub struct ListPops;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// Keep addresses that match this regular expression, without regard to case.
    regex: Option<String>,
    /// Leave the account's own mailbox out.
    #[serde(default)]
    skip_main: Flag,
}

/// One mailbox.
#[derive(Serialize, JsonSchema)]
pub struct Mailbox {
    /// The address; the account's name for its own mailbox.
    email: String,
    /// The login name; `Main Account` for the account's own mailbox.
    login: String,
    /// Whether incoming mail is refused: 0 or 1.
    suspended_incoming: Flag,
    /// Whether logins are refused: 0 or 1.
    suspended_login: Flag,
}

impl Function for ListPops {
    const NAME: Name = Name::uapi("Email", "list_pops");
    const SUMMARY: &'static str = "Lists the account's mailboxes.";
    const SERVICES: Services = Services::CPANEL.and(Services::WEBMAIL);
    const ACCESS: Access = Access::FeatureOrMailbox(Feature::EmailAccounts);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "the mailboxes, the account's own first",
            &[],
            r#"[{"email":"cptest","login":"Main Account"},{"email":"info@cptest.example","suspended_login":0}]"#,
        ),
        Example::data("by a pattern", &[("regex", "^SALES@")], r#"[{"email":"sales@cptest.example"}]"#),
        Example::error("a pattern that is none", &[("regex", "(")], "The “regex” argument is invalid"),
    ];
    type Args = Args;
    type Data = Vec<Mailbox>;

    async fn call(cx: &Ctx, args: Args) -> Result<Vec<Mailbox>, ApiError> {
        let keep = pattern("regex", args.regex.as_deref())?;
        let mailboxes = Mailboxes::of(cx);
        let own = (!args.skip_main.0 && mailboxes.with_own()).then(|| Mailbox {
            email: cx.account.user.as_str().to_owned(),
            login: "Main Account".to_owned(),
            suspended_incoming: Flag(false),
            suspended_login: Flag(false),
        });
        let visible = mailboxes.all().await?.into_iter().map(|mailbox| Mailbox {
            email: mailbox.address.to_text(),
            login: mailbox.address.to_text(),
            suspended_incoming: Flag(false),
            suspended_login: Flag(mailbox.login_suspended),
        });
        Ok(own
            .into_iter()
            .chain(visible)
            .filter(|mailbox| keep.as_ref().is_none_or(|pattern| pattern.is_match(&mailbox.email)))
            .collect())
    }
}
