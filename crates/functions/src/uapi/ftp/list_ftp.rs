//! `Ftp::list_ftp`: the account's FTP logins.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Feature, Services};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wanted;

/// Lists the account's FTP logins.
pub struct ListFtp;

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
    /// The directory that it lands in, as an absolute path.
    homedir: String,
    /// `main` for the account itself, `sub` for every other.
    r#type: &'static str,
    /// The login name.
    user: String,
}

impl Function for ListFtp {
    const NAME: Name = Name::uapi("Ftp", "list_ftp");
    const SUMMARY: &'static str = "Lists the account's FTP logins.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::FtpAccounts);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "the account's own login and its others",
            &[],
            r#"[{"type":"main","user":"cptest"},{"type":"sub","user":"upload@cptest.example"}]"#,
        ),
        Example::data(
            "the others only",
            &[("skip_acct_types", "main|anonymous")],
            r#"[{"type":"sub","user":"upload@cptest.example"}]"#,
        ),
    ];
    type Args = Args;
    type Data = Vec<Login>;

    async fn call(cx: &Ctx, args: Args) -> Result<Vec<Login>, ApiError> {
        let home = cx.home();
        let main =
            Login { homedir: home.display().to_string(), r#type: "main", user: cx.account.user.to_string() };
        let logins = cx.store.ftp_logins(cx.account.id).await?;
        let subs = logins.iter().map(|login| Login {
            homedir: home.join(&login.home).display().to_string(),
            r#type: "sub",
            user: format!("{}@{}", login.login, login.domain),
        });
        let (included, skipped) = (args.include_acct_types.as_deref(), args.skip_acct_types.as_deref());
        let all = std::iter::once(main).chain(subs);
        Ok(all.filter(|login| wanted(login.r#type, included, skipped)).collect())
    }
}
