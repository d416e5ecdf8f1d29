//! `listaccts`: the accounts that the caller owns.

use std::sync::Arc;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_store::{Account, Role};
use portreeve_types::{Acl, Services, UserName};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::account_item::AccountItem;
use crate::arguments::pattern;

/// Lists the accounts that the caller owns; all of them for root.
pub struct Listaccts;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// A regular expression that the searched field must match.
    search: Option<String>,
    /// The field that is searched.
    #[serde(default)]
    searchtype: SearchType,
}

/// A field to search.
#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SearchType {
    /// The main domain.
    #[default]
    Domain,
    /// The owner's name.
    Owner,
    /// The account's name.
    User,
    /// The package.
    Package,
}

/// The accounts.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// One item an account, in the order of their names.
    acct: Vec<AccountItem>,
}

impl Function for Listaccts {
    const NAME: Name = Name::whm("listaccts", V0::Status);
    const SUMMARY: &'static str = "Lists the accounts that the caller owns; all of them for root.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::ListAccts);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "root's",
            &[],
            r#"{"acct":[{"user":"asder"},{"user":"cptest","domain":"cptest.example"}]}"#,
        )
        .by("root"),
        Example::data("a reseller's", &[], r#"{"acct":[{"user":"plain","owner":"asder","suspended":0}]}"#)
            .by("asder"),
        Example::data(
            "by name",
            &[("search", "^cp"), ("searchtype", "user")],
            r#"{"acct":[{"user":"cptest"}]}"#,
        )
        .by("root"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        let pattern = pattern("search", args.search.as_deref())?;
        let accounts = cx.store.accounts().await?;
        let mut acct = Vec::new();
        for account in
            accounts.iter().filter(|account| account.role != Role::Administrator && cx.owns(account))
        {
            let owner = owner_of(&accounts, account);
            let searched = match args.searchtype {
                SearchType::Domain => account.domain.as_str(),
                SearchType::Owner => owner.as_str(),
                SearchType::User => account.user.as_str(),
                SearchType::Package => account.plan.as_str(),
            };
            if pattern.as_ref().is_none_or(|pattern| pattern.is_match(searched)) {
                acct.push(AccountItem::of(cx, account, owner).await?);
            }
        }
        Ok(Data { acct })
    }
}

/// The owner's name; an account without an owner belongs to root.
fn owner_of<'a>(accounts: &'a [Arc<Account>], account: &'a Account) -> &'a UserName {
    let owner = accounts.iter().find(|other| Some(other.id) == account.owner);
    let owner = owner.or_else(|| accounts.iter().find(|other| other.role == Role::Administrator));
    owner.map_or(&account.user, |owner| &owner.user)
}
