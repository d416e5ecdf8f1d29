//! `Ftp::add_ftp`: a new FTP login.

use std::path::Path;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_crypt::Scheme;
use portreeve_store::{AddFtpLoginError, NewFtpLogin};
use portreeve_types::{DomainName, Feature, Quota, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::arguments::within_own_domain;
use crate::passwords::NewPassword;
use crate::settle::settle;

/// Creates an FTP login and its directory.
pub struct AddFtp;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The login's name, without its domain or with it.
    user: String,
    /// The password.
    pass: NewPassword,
    /// The domain; the account's main domain when absent.
    domain: Option<DomainName>,
    /// Its directory, relative to the account's home; `public_html/USER` when absent.
    homedir: Option<String>,
    /// The quota in MiB; 0 for none.
    #[serde(default)]
    quota: Quota,
}

impl Function for AddFtp {
    const NAME: Name = Name::uapi("Ftp", "add_ftp");
    const SUMMARY: &'static str = "Creates an FTP login and its directory.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::FtpAccounts);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a login with a directory of its own",
            &[("user", "designer"), ("pass", "a-long-enough-secret"), ("homedir", "public_html/design")],
            "null",
        ),
        Example::error(
            "a name that is taken",
            &[("user", "upload"), ("pass", "a-long-enough-secret")],
            "The FTP login “upload@cptest.example” already exists.",
        ),
        Example::error(
            "a directory outside the home",
            &[("user", "designer"), ("pass", "a-long-enough-secret"), ("homedir", "../other")],
            "The directory must be a plain path within the home directory",
        ),
    ];
    type Args = Args;
    type Data = ();

    async fn call(cx: &Ctx, args: Args) -> Result<(), ApiError> {
        let name = within_own_domain(cx, &args.user, args.domain)?;
        let taken = || ApiError::refused(format!("The FTP login “{name}” already exists."));
        if cx
            .store
            .ftp_logins(cx.account.id)
            .await?
            .iter()
            .any(|other| other.login == name.local && other.domain == name.domain)
        {
            return Err(taken());
        }
        let home = match args.homedir {
            Some(given) => given.trim_matches('/').to_owned(),
            None => format!("public_html/{}", name.local),
        };
        let password = args.pass.check(cx).await?;
        let password = cx.hasher.hash(password, Scheme::Service).await?;
        let directory = cx.drivers.ftp.create(&cx.home(), Path::new(&home)).await?;
        let new = NewFtpLogin {
            account: cx.account.id,
            login: name.local.clone(),
            domain: name.domain.clone(),
            password,
            home,
            quota: args.quota,
        };
        let added = cx.store.add_ftp_login(new).await;
        let written = match &added {
            Ok(_) => Ok(true),
            Err(AddFtpLoginError::Exists) => Ok(false),
            Err(AddFtpLoginError::Store(error)) => Err(error),
        };
        settle(directory, written).await;
        added.map_err(|error| match error {
            AddFtpLoginError::Exists => taken(),
            AddFtpLoginError::Store(error) => error.into(),
        })?;
        Ok(())
    }
}
