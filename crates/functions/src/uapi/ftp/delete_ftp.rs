//! `Ftp::delete_ftp`: an FTP login goes.

use std::path::Path;
use std::sync::Arc;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_store::FtpLogin;
use portreeve_types::{DomainName, Feature, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{missing, named};
use crate::settle::settle;

/// Deletes an FTP login, and its directory if asked to.
pub struct DeleteFtp;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The login's name, without its domain or with it.
    user: String,
    /// The domain; the account's main domain when absent.
    domain: Option<DomainName>,
    /// Whether its directory goes too, with all that is in it.
    #[serde(default)]
    destroy: Flag,
}

impl Function for DeleteFtp {
    const NAME: Name = Name::uapi("Ftp", "delete_ftp");
    const SUMMARY: &'static str = "Deletes an FTP login, and its directory if asked to.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::FtpAccounts);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("a login; its directory stays", &[("user", "upload")], "null"),
        Example::error(
            "a login that is not there",
            &[("user", "nobody")],
            "The FTP login “nobody@cptest.example” does not exist.",
        ),
    ];
    type Args = Args;
    type Data = ();

    async fn call(cx: &Ctx, args: Args) -> Result<(), ApiError> {
        let login = named(cx, &args.user, args.domain).await?;
        let directory = match args.destroy.0 {
            true => {
                let directory = cx.drivers.ftp.remove(&cx.home(), Path::new(&login.home)).await?;
                // read only now: while the removal is prepared, nobody else gets a directory in this home
                if let Some(other) = sharing(&cx.store.ftp_logins(cx.account.id).await?, &login) {
                    return Err(ApiError::refused(format!(
                        "The directory is used by the FTP login “{}@{}” too.",
                        other.login, other.domain
                    )));
                }
                Some(directory)
            }
            false => None,
        };
        let removed = cx.store.remove_ftp_login(login.id).await;
        if let Some(directory) = directory {
            settle(directory, removed.as_ref().copied()).await;
        }
        if removed? { Ok(()) } else { Err(missing(&login)) }
    }
}

/// Another login that lands in this one's directory, above it or below it.
fn sharing<'a>(logins: &'a [Arc<FtpLogin>], login: &FtpLogin) -> Option<&'a Arc<FtpLogin>> {
    let own = Path::new(&login.home);
    logins.iter().filter(|other| other.id != login.id).find(|other| {
        let other = Path::new(&other.home);
        other.starts_with(own) || own.starts_with(other)
    })
}
