//! `Ftp::set_quota`: an FTP login's other quota.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{DomainName, Feature, Quota, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{missing, named};

/// Gives an FTP login another quota.
pub struct SetQuota;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The login's name, without its domain or with it.
    user: String,
    /// The domain; the account's main domain when absent.
    domain: Option<DomainName>,
    /// The quota in MiB; 0 or absent for none.
    #[serde(default)]
    quota: Quota,
    /// Whether to take the quota away, whatever `quota` says.
    #[serde(default)]
    kill: Flag,
}

impl Function for SetQuota {
    const NAME: Name = Name::uapi("Ftp", "set_quota");
    const SUMMARY: &'static str = "Gives an FTP login another quota.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::FtpAccounts);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("a login of the account", &[("user", "upload"), ("quota", "100")], "null"),
        Example::data("no quota any more", &[("user", "upload"), ("quota", "100"), ("kill", "1")], "null"),
        Example::error(
            "a login that is not there",
            &[("user", "nobody"), ("quota", "100")],
            "The FTP login “nobody@cptest.example” does not exist.",
        ),
    ];
    type Args = Args;
    type Data = ();

    async fn call(cx: &Ctx, args: Args) -> Result<(), ApiError> {
        let login = named(cx, &args.user, args.domain).await?;
        let quota = if args.kill.0 { Quota::UNLIMITED } else { args.quota };
        if cx.store.set_ftp_login_quota(login.id, quota).await? { Ok(()) } else { Err(missing(&login)) }
    }
}
