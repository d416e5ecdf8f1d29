//! `accountsummary`: one account.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_store::Role;
use portreeve_types::{Acl, DomainName, Services, UserName};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::account_item::AccountItem;
use crate::accounts::owner_name;

/// Shows an account that the caller owns.
pub struct Accountsummary;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The account's name.
    user: Option<UserName>,
    /// Its main domain, in place of its name or beside it.
    domain: Option<DomainName>,
}

/// The account.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// The account, as the one item of a list.
    acct: [AccountItem; 1],
}

impl Function for Accountsummary {
    const NAME: Name = Name::whm("accountsummary", V0::Status);
    const SUMMARY: &'static str = "Shows an account that the caller owns.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::AcctSummary);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "by name",
            &[("user", "plain")],
            r#"{"acct":[{"user":"plain","owner":"asder","suspended":0,"suspendreason":"not suspended",
                "suspendtime":null}]}"#,
        )
        .by("asder"),
        Example::data("by domain", &[("domain", "cptest.example")], r#"{"acct":[{"user":"cptest"}]}"#)
            .by("root"),
        Example::error("somebody else's", &[("user", "cptest")], "Account does not exist").by("asder"),
        Example::error(
            "a name and a domain of two accounts",
            &[("user", "cptest"), ("domain", "plain.example")],
            "Account does not exist",
        )
        .by("root"),
        Example::error("neither", &[], "The “user” argument is required.").by("root"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        let found = match (&args.user, &args.domain) {
            (Some(user), _) => cx.store.account(user).await?,
            (None, Some(domain)) => cx.store.account_of_domain(domain).await?,
            (None, None) => return Err(ApiError::refused("The “user” argument is required.")),
        };
        let shown = found.filter(|account| {
            cx.owns(account)
                && account.role != Role::Administrator
                && args.domain.as_ref().is_none_or(|domain| *domain == account.domain)
        });
        // one text for all of these, so that a reseller cannot list other people's accounts
        let account = shown.ok_or_else(|| ApiError::refused("Account does not exist"))?;
        let owner = owner_name(cx, &account).await?;
        Ok(Data { acct: [AccountItem::of(cx, &account, &owner).await?] })
    }
}
