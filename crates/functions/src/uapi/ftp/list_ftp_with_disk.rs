//! `Ftp::list_ftp_with_disk`: the account's FTP logins, and what their directories take.

use std::path::Path;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{Feature, Quota, Services};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wanted;
use crate::disk::Disk;

/// Lists the account's FTP logins with their quotas and what their directories take.
pub struct ListFtpWithDisk;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// Only these types, separated by `|`: `main`, `sub`.
    include_acct_types: Option<String>,
    /// Not these types, separated by `|`.
    skip_acct_types: Option<String>,
}

/// One FTP login.
#[derive(Serialize, JsonSchema)]
pub struct Login {
    /// `main` for the account itself, `sub` for every other.
    accttype: &'static str,
    /// The login name without its domain.
    login: String,
    /// The login name.
    serverlogin: String,
    /// The directory that it lands in, as an absolute path.
    dir: String,
    /// The same, relative to the home; empty for the home itself.
    reldir: String,
    /// Whether the caller can delete it: 0 or 1.
    deleteable: Flag,
    /// The quota in MiB with two digits; `0.00` for none.
    _diskquota: String,
    /// The quota in MiB with two digits, or `unlimited`.
    diskquota: String,
    /// The quota in whole MiB with its unit; `None` for none.
    humandiskquota: String,
    /// What the directory takes, in MiB with two digits.
    _diskused: String,
    /// The same.
    diskused: String,
    /// The same, in whole MiB with its unit.
    humandiskused: String,
    /// The same, in percent of the quota; 0 without a quota.
    diskusedpercent: u32,
    /// The same, in steps of 20.
    diskusedpercent20: u32,
}

impl Function for ListFtpWithDisk {
    const NAME: Name = Name::uapi("Ftp", "list_ftp_with_disk");
    const SUMMARY: &'static str =
        "Lists the account's FTP logins with their quotas and what their directories take.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::FtpAccounts);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "the account's own login and its others",
            &[],
            r#"[{"accttype":"main","login":"cptest","serverlogin":"cptest","reldir":"","deleteable":0},
                {"accttype":"sub","login":"upload","serverlogin":"upload@cptest.example",
                 "reldir":"public_html/upload","deleteable":1,"_diskquota":"0.00","diskquota":"unlimited",
                 "diskused":"0.00","humandiskused":"0 MB","humandiskquota":"None"}]"#,
        ),
        Example::data(
            "the others only",
            &[("skip_acct_types", "main|anonymous")],
            r#"[{"login":"upload"},{"login":"backup"}]"#,
        ),
    ];
    type Args = Args;
    type Data = Vec<Login>;

    async fn call(cx: &Ctx, args: Args) -> Result<Vec<Login>, ApiError> {
        let wanted = |kind| wanted(kind, args.include_acct_types.as_deref(), args.skip_acct_types.as_deref());
        let mut found = Vec::new();
        if wanted("main") {
            let user = cx.account.user.to_string();
            let main = Named { kind: "main", login: user.clone(), serverlogin: user, home: "" };
            found.push(login(cx, main, cx.account.quota).await?);
        }
        for sub in cx.store.ftp_logins(cx.account.id).await?.iter().filter(|_| wanted("sub")) {
            let serverlogin = format!("{}@{}", sub.login, sub.domain);
            let named = Named { kind: "sub", login: sub.login.to_string(), serverlogin, home: &sub.home };
            found.push(login(cx, named, sub.quota).await?);
        }
        Ok(found)
    }
}

/// A login's type, names and directory.
struct Named<'a> {
    kind: &'static str,
    login: String,
    serverlogin: String,
    home: &'a str,
}

async fn login(cx: &Ctx, named: Named<'_>, quota: Quota) -> Result<Login, ApiError> {
    let Named { kind, login, serverlogin, home: reldir } = named;
    let home = cx.home();
    let disk = Disk { bytes: cx.drivers.ftp.usage(&home, Path::new(reldir)).await?, quota };
    Ok(Login {
        accttype: kind,
        login,
        serverlogin,
        dir: if reldir.is_empty() { home } else { home.join(reldir) }.display().to_string(),
        reldir: reldir.to_owned(),
        deleteable: Flag(kind != "main"),
        _diskquota: disk.limit(),
        diskquota: disk.limit_or_unlimited(),
        humandiskquota: match quota {
            Quota::UNLIMITED => "None".to_owned(),
            limited => format!("{} MB", limited.as_mib()),
        },
        _diskused: disk.used(),
        diskused: disk.used(),
        humandiskused: format!("{} MB", disk.used_whole()),
        diskusedpercent: disk.whole_percent(),
        diskusedpercent20: disk.percent_in_steps(),
    })
}
