//! `createacct`: a new account.

use portreeve_api::{Access, ApiError, Ctx, Example, Function, Name};
use portreeve_crypt::{Scheme, random};
use portreeve_store::{CreateAccountError, NewAccount, Role};
use portreeve_types::{Acl, DomainName, Quota, Services, UserName};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::passwords::NewPassword;

/// Creates an account with its home.
pub struct Createacct;

/// Names that mean somebody or something else on a server.
const RESERVED: [&str; 16] = [
    "root",
    "nobody",
    "mail",
    "ftp",
    "www",
    "admin",
    "postmaster",
    "mysql",
    "postgres",
    "bin",
    "daemon",
    "sys",
    "sync",
    "system",
    "all",
    "cpanel",
];

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The account's name.
    username: UserName,
    /// Its main domain.
    domain: DomainName,
    /// Its password; when absent one is made that nobody knows.
    #[serde(alias = "pass")]
    password: Option<NewPassword>,
    /// The contact address.
    #[serde(default)]
    contactemail: String,
    /// The package.
    #[serde(default)]
    plan: Option<String>,
    /// The disk quota in MiB; 0 for none.
    #[serde(default)]
    quota: Quota,
}

/// The new account.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// Its name.
    user: UserName,
    /// Its main domain.
    domain: DomainName,
    /// Its package.
    package: String,
}

impl Function for Createacct {
    const NAME: Name = Name::whm("createacct", V0::Result);
    const SUMMARY: &'static str = "Creates an account with its home.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::CreateAcct);
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a new account",
            &[("username", "newuser"), ("domain", "newuser.example"), ("password", "a-long-enough-secret")],
            r#"{"user":"newuser","domain":"newuser.example"}"#,
        )
        .by("root"),
        Example::error(
            "a name that is taken",
            &[("username", "cptest"), ("domain", "other.example")],
            "The account “cptest” already exists.",
        )
        .by("root"),
        Example::error(
            "a domain that is taken",
            &[("username", "other"), ("domain", "cptest.example")],
            "The domain “cptest.example” already belongs to an account.",
        )
        .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        let Args { username: user, domain, password, contactemail: email, plan, quota } = args;
        if RESERVED.contains(&user.as_str()) {
            return Err(ApiError::refused(format!("The name “{user}” is reserved.")));
        }
        let user_taken = || ApiError::refused(format!("The account “{user}” already exists."));
        let domain_taken =
            || ApiError::refused(format!("The domain “{domain}” already belongs to an account."));
        if cx.store.account(&user).await?.is_some() {
            return Err(user_taken());
        }
        if cx.store.account_of_domain(&domain).await?.is_some() {
            return Err(domain_taken());
        }
        let password = match password {
            Some(given) => given.into_secret(),
            None => random::password(&*cx.entropy),
        };
        let password = cx.hasher.hash(password, Scheme::Panel).await?;
        let home = cx.drivers.homes.create(&user).await?;
        let plan = plan.unwrap_or_else(|| "default".to_owned());
        let new = NewAccount {
            user: user.clone(),
            owner: Some(cx.actor.account.id),
            role: Role::User,
            domain: domain.clone(),
            password,
            email,
            plan: plan.clone(),
            quota,
        };
        match cx.store.create_account(new).await {
            Ok(_) => home.keep().await,
            Err(CreateAccountError::UserTaken) => return Err(user_taken()),
            Err(CreateAccountError::DomainTaken) => return Err(domain_taken()),
            Err(CreateAccountError::Store(error)) => return Err(error.into()),
        }
        Ok(Data { user, domain, package: plan })
    }

    fn reason(_: &Data) -> String {
        "Account Creation Ok".to_owned()
    }
}
