//! `listaccts`: the accounts that the caller owns.

use std::sync::Arc;

use portreeve_api::{Access, ApiError, Ctx, Example, Flag, Function, Name};
use portreeve_store::{Account, Role};
use portreeve_types::{Acl, DomainName, Services, UserName};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    acct: Vec<Item>,
}

/// One account.
#[derive(Serialize, JsonSchema)]
pub struct Item {
    /// The account's name.
    user: UserName,
    /// Its main domain.
    domain: DomainName,
    /// The name of the account that owns it.
    owner: UserName,
    /// The contact address; empty when there is none.
    email: String,
    /// The package.
    plan: String,
    /// The disk quota: `unlimited`, or MiB followed by `M`.
    disklimit: String,
    /// What the home takes, in MiB followed by `M`, rounded up.
    diskused: String,
    /// When it was made, in seconds since 1970.
    unix_startdate: i64,
    /// Whether it is suspended: 0 or 1.
    suspended: Flag,
    /// Why; `not suspended` when it is not.
    suspendreason: &'static str,
}

impl Function for Listaccts {
    const NAME: Name = Name::whm("listaccts", V0::Status);
    const SUMMARY: &'static str = "Lists the accounts that the caller owns; all of them for root.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::ListAccts);
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
        let pattern = args
            .search
            .as_deref()
            .map(|text| regex::RegexBuilder::new(text).case_insensitive(true).size_limit(1 << 18).build())
            .transpose()
            .map_err(|_| {
                ApiError::refused("The “search” argument is invalid: it is no regular expression.")
            })?;
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
                acct.push(item(cx, account, owner).await?);
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

async fn item(cx: &Ctx, account: &Account, owner: &UserName) -> Result<Item, ApiError> {
    let bytes = cx.drivers.homes.usage(&account.user).await?;
    Ok(Item {
        user: account.user.clone(),
        domain: account.domain.clone(),
        owner: owner.clone(),
        email: account.email.clone(),
        plan: account.plan.clone(),
        disklimit: match account.quota.as_mib() {
            0 => "unlimited".to_owned(),
            mib => format!("{mib}M"),
        },
        diskused: format!("{}M", bytes.div_ceil(1 << 20)),
        unix_startdate: account.created.seconds(),
        suspended: Flag(account.suspension.is_some()),
        suspendreason: if account.suspension.is_some() { "suspended" } else { "not suspended" },
    })
}
