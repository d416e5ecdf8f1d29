//! `Variables::get_user_information`: facts about the account.

use std::collections::BTreeMap;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{DomainName, Feature, Services, UserName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::accounts::owner_name;

/// Tells facts about the account, all of them or those that are named.
pub struct GetUserInformation;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// What is wanted, `name` or `name-0`, `name-1` ...; everything when absent.
    #[serde(default)]
    name: Vec<String>,
}

/// The facts that were asked for.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Wanted(#[schemars(with = "Information")] Map<String, Value>);

/// All facts.
#[derive(Serialize, JsonSchema)]
pub struct Information {
    /// The contact address; empty when there is none.
    contact_email: String,
    /// The second contact address; empty when there is none.
    contact_email_2: String,
    /// When the account was made, in seconds since 1970.
    created: i64,
    /// The disk quota in KiB; 0 for none.
    disk_block_limit: u64,
    /// The main domain.
    domain: DomainName,
    /// All domains.
    domains: Vec<DomainName>,
    /// Every feature by its name: 1 when the account has it.
    feature: BTreeMap<&'static str, Flag>,
    /// The home directory.
    home: String,
    /// How mailboxes are kept.
    mailbox_format: &'static str,
    /// How many FTP logins there may be.
    maximum_ftp_accounts: &'static str,
    /// How many mailboxes there may be.
    maximum_mail_accounts: &'static str,
    /// The account's owner.
    owner: UserName,
    /// The package.
    plan: String,
    /// The account's name.
    user: UserName,
}

impl Function for GetUserInformation {
    const NAME: Name = Name::uapi("Variables", "get_user_information");
    const SUMMARY: &'static str = "Tells facts about the account, all of them or those that are named.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Account;
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "everything",
            &[],
            r#"{"user":"cptest","domain":"cptest.example","owner":"root","maximum_mail_accounts":"unlimited"}"#,
        ),
        Example::data(
            "some",
            &[("name-0", "user"), ("name-1", "plan")],
            r#"{"user":"cptest","plan":"default"}"#,
        ),
        Example::error("what there is not", &[("name", "shoe_size")], "The “name” argument is invalid: "),
    ];
    type Args = Args;
    type Data = Wanted;

    async fn call(cx: &Ctx, args: Args) -> Result<Wanted, ApiError> {
        let mut facts = information(cx).await?;
        if let Some(unknown) = args.name.iter().find(|name| !facts.contains_key(*name)) {
            let text = format!("The “name” argument is invalid: nothing is known as “{unknown}”.");
            return Err(ApiError::refused(text));
        }
        if !args.name.is_empty() {
            facts.retain(|fact, _| args.name.contains(fact));
        }
        Ok(Wanted(facts))
    }
}

async fn information(cx: &Ctx) -> Result<Map<String, Value>, ApiError> {
    let account = &cx.account;
    let mut contacts = account.email.split(',').map(str::to_owned);
    let mut contact = || contacts.next().unwrap_or_default();
    let information = Information {
        contact_email: contact(),
        contact_email_2: contact(),
        created: account.created.seconds(),
        disk_block_limit: u64::from(account.quota.as_mib()) * 1024,
        domain: account.domain.clone(),
        domains: vec![account.domain.clone()],
        feature: Feature::ALL.iter().map(|feature| (feature.key(), Flag(true))).collect(),
        home: cx.home().display().to_string(),
        mailbox_format: "maildir",
        maximum_ftp_accounts: "unlimited",
        maximum_mail_accounts: "unlimited",
        owner: owner_name(cx, account).await?,
        plan: account.plan.clone(),
        user: account.user.clone(),
    };
    match serde_json::to_value(&information) {
        Ok(Value::Object(facts)) => Ok(facts),
        // a struct is an object, and this one has texts, numbers and lists only
        _ => Ok(Map::new()),
    }
}
