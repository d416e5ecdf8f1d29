//! `Ftp::passwd`: an FTP login's new password.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_crypt::Scheme;
use portreeve_types::{DomainName, Feature, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{missing, named};
use crate::passwords::NewPassword;

/// Changes an FTP login's password.
pub struct Passwd;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The login's name, without its domain or with it.
    user: String,
    /// The new password.
    pass: NewPassword,
    /// The domain; the account's main domain when absent.
    domain: Option<DomainName>,
}

impl Function for Passwd {
    const NAME: Name = Name::uapi("Ftp", "passwd");
    const SUMMARY: &'static str = "Changes an FTP login's password.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::FtpAccounts);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a login of the account",
            &[("user", "upload"), ("pass", "another-long-secret")],
            "null",
        ),
        Example::error(
            "a password that is too short",
            &[("user", "upload"), ("pass", "short")],
            "The “pass” argument is invalid: a password has 8 to 255 characters.",
        ),
        Example::error(
            "the account's own login, whose password is the account's",
            &[("user", "cptest"), ("pass", "another-long-secret")],
            "The FTP login “cptest@cptest.example” does not exist.",
        ),
    ];
    type Args = Args;
    type Data = ();

    async fn call(cx: &Ctx, args: Args) -> Result<(), ApiError> {
        let login = named(cx, &args.user, args.domain).await?;
        let password = args.pass.check(cx).await?;
        let password = cx.hasher.hash(password, Scheme::Service).await?;
        if cx.store.set_ftp_login_password(login.id, &password).await? {
            Ok(())
        } else {
            Err(missing(&login))
        }
    }
}
