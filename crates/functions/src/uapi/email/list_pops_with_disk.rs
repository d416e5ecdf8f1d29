//! `Email::list_pops_with_disk`: the account's mailboxes, and what they take.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_store::Mailbox;
use portreeve_types::{DomainName, Feature, LocalPart, Quota, Services};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::arguments::pattern;
use crate::disk::{Disk, readable};
use crate::mailboxes::Mailboxes;

/// Lists the account's mailboxes with their quotas and what they take.
pub struct ListPopsWithDisk;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// Only the mailbox of this name, without its domain.
    email: Option<LocalPart>,
    /// Only mailboxes in this domain.
    domain: Option<DomainName>,
    /// Keep addresses that match this regular expression, without regard to case.
    regex: Option<String>,
    /// At most so many.
    maxaccounts: Option<usize>,
    /// Leave out what the mailboxes take, which has to be counted.
    #[serde(default)]
    no_disk: Flag,
}

/// One mailbox.
#[derive(Serialize, JsonSchema)]
pub struct Item {
    /// The address; `Main Account` for the account's own mailbox.
    email: String,
    /// The login name: the address, or the account's name.
    login: String,
    /// The login name without its domain.
    user: String,
    /// The domain.
    domain: DomainName,
    /// Whether incoming mail is refused: 0 or 1.
    suspended_incoming: Flag,
    /// Whether logins are refused: 0 or 1.
    suspended_login: Flag,
    /// Whether sending mail is refused: 0 or 1.
    suspended_outgoing: Flag,
    /// Whether sent mail is held back: 0 or 1.
    hold_outgoing: Flag,
    /// Whether any of these four is the case: 0 or 1.
    has_suspended: Flag,
    /// The quota in bytes; 0 for none.
    _diskquota: u64,
    /// The quota in MiB with two digits, or `unlimited`.
    diskquota: String,
    /// The same.
    txtdiskquota: String,
    /// The quota with its unit; `None` for none.
    humandiskquota: String,
    /// What it takes; absent with `no_disk`.
    #[serde(flatten)]
    used: Option<Used>,
}

/// What a mailbox takes.
#[derive(Serialize, JsonSchema)]
pub struct Used {
    /// In bytes.
    _diskused: u64,
    /// In MiB with two digits.
    diskused: String,
    /// With its unit; `None` for nothing.
    humandiskused: String,
    /// In percent of the quota, whole; 0 without a quota.
    diskusedpercent: u32,
    /// In percent of the quota, in steps of 20.
    diskusedpercent20: u32,
    /// In percent of the quota, with two digits.
    diskusedpercent_float: f64,
}

impl Function for ListPopsWithDisk {
    const NAME: Name = Name::uapi("Email", "list_pops_with_disk");
    const SUMMARY: &'static str = "Lists the account's mailboxes with their quotas and what they take.";
    const SERVICES: Services = Services::CPANEL.and(Services::WEBMAIL);
    const ACCESS: Access = Access::FeatureOrMailbox(Feature::EmailAccounts);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "the mailboxes, the account's own first",
            &[],
            r#"[{"email":"Main Account","login":"cptest","diskquota":"unlimited","_diskused":0},
                {"email":"info@cptest.example","user":"info","domain":"cptest.example","diskquota":"250.00",
                 "_diskquota":262144000,"humandiskquota":"250\u00a0MB","suspended_login":0}]"#,
        ),
        Example::data("one of them", &[("email", "sales")], r#"[{"login":"sales@cptest.example"}]"#),
        Example::data("none, of a domain without any", &[("domain", "other.example")], "[]"),
        Example::error("a pattern that is none", &[("regex", "(")], "The “regex” argument is invalid"),
    ];
    type Args = Args;
    type Data = Vec<Item>;

    async fn call(cx: &Ctx, args: Args) -> Result<Vec<Item>, ApiError> {
        let pattern = pattern("regex", args.regex.as_deref())?;
        let matches = |text: &str| pattern.as_ref().is_none_or(|pattern| pattern.is_match(text));
        let most = args.maxaccounts.unwrap_or(usize::MAX);
        let mailboxes = Mailboxes::of(cx);
        let mut items = Vec::new();
        // the account's own mailbox has neither a local part nor a domain to ask for
        let narrowed = args.email.is_some() || args.domain.is_some();
        if mailboxes.with_own() && !narrowed && matches(cx.account.user.as_str()) {
            items.push(own(cx, args.no_disk).await?);
        }
        for mailbox in mailboxes.all().await? {
            let address = &mailbox.address;
            if items.len() < most
                && args.email.as_ref().is_none_or(|local| *local == address.local)
                && args.domain.as_ref().is_none_or(|domain| *domain == address.domain)
                && matches(&address.to_string())
            {
                items.push(item(cx, &mailbox, args.no_disk).await?);
            }
        }
        items.truncate(most);
        Ok(items)
    }
}

/// The account's own mailbox. It has no quota of its own.
async fn own(cx: &Ctx, no_disk: Flag) -> Result<Item, ApiError> {
    let used = match no_disk.0 {
        true => None,
        false => Some(cx.drivers.mail.own_usage(&cx.home()).await?),
    };
    let user = cx.account.user.to_string();
    let email = "Main Account".to_owned();
    Ok(Item::new(email, user.clone(), user, cx.account.domain.clone(), Quota::UNLIMITED, used))
}

async fn item(cx: &Ctx, mailbox: &Mailbox, no_disk: Flag) -> Result<Item, ApiError> {
    let address = &mailbox.address;
    let used = match no_disk.0 {
        true => None,
        false => Some(cx.drivers.mail.usage(&cx.home(), address).await?),
    };
    let (email, user, domain) = (address.to_string(), address.local.to_string(), address.domain.clone());
    let suspended = Flag(mailbox.login_suspended);
    Ok(Item {
        suspended_login: suspended,
        has_suspended: suspended,
        ..Item::new(email.clone(), email, user, domain, mailbox.quota, used)
    })
}

impl Item {
    /// A mailbox that nothing is suspended of.
    fn new(
        email: String,
        login: String,
        user: String,
        domain: DomainName,
        quota: Quota,
        used: Option<u64>,
    ) -> Item {
        let limit = Disk { bytes: 0, quota };
        Item {
            email,
            login,
            user,
            domain,
            suspended_incoming: Flag(false),
            suspended_login: Flag(false),
            suspended_outgoing: Flag(false),
            hold_outgoing: Flag(false),
            has_suspended: Flag(false),
            _diskquota: limit.limit_in_bytes(),
            diskquota: limit.limit_or_unlimited(),
            txtdiskquota: limit.limit_or_unlimited(),
            humandiskquota: readable(limit.limit_in_bytes()),
            used: used.map(|bytes| Used::of(&Disk { bytes, quota })),
        }
    }
}

impl Used {
    fn of(disk: &Disk) -> Used {
        Used {
            _diskused: disk.bytes,
            diskused: disk.used(),
            humandiskused: readable(disk.bytes),
            diskusedpercent: disk.whole_percent(),
            diskusedpercent20: disk.percent_in_steps(),
            diskusedpercent_float: disk.percent(),
        }
    }
}
