//! `createacct`: a new account.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_crypt::{Scheme, random};
use portreeve_store::{CreateAccountError, NewAccount, Role};
use portreeve_types::{Acl, ContactAddress, DomainName, PlanName, Quota, Services, UserName};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::passwords::NewPassword;
use crate::settle::settle;

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
    /// The contact address, or two separated by a comma; empty for none.
    #[serde(default)]
    contactemail: ContactAddress,
    /// The package; `default` when absent.
    #[serde(default)]
    plan: PlanName,
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
    package: PlanName,
}

impl Function for Createacct {
    const NAME: Name = Name::whm("createacct", V0::Result);
    const SUMMARY: &'static str = "Creates an account with its home.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::CreateAcct);
    const EFFECT: Effect = Effect::Data;
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
        Example::data(
            "a domain below that of an account of one's own",
            &[("username", "shop"), ("domain", "shop.plain.example")],
            r#"{"user":"shop","domain":"shop.plain.example"}"#,
        )
        .by("asder"),
        Example::error(
            "a domain below somebody else's",
            &[("username", "shop"), ("domain", "a.shop.cptest.example")],
            "The domain “a.shop.cptest.example” belongs to another account's domain.",
        )
        .by("asder"),
        Example::error(
            "a contact address that is none",
            &[("username", "other"), ("domain", "other.example"), ("contactemail", "me")],
            "The “contactemail” argument is invalid: ",
        )
        .by("root"),
        Example::error(
            "a package that can be none",
            &[("username", "other"), ("domain", "other.example"), ("plan", "../gold")],
            "The “plan” argument is invalid: ",
        )
        .by("root"),
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
        if below_foreign_domain(cx, &domain).await? {
            let text = format!("The domain “{domain}” belongs to another account's domain.");
            return Err(ApiError::refused(text));
        }
        let password = match password {
            Some(given) => given.check(cx).await?,
            None => random::password(&*cx.entropy),
        };
        let password = cx.hasher.hash(password, Scheme::Panel).await?;
        let home = cx.drivers.homes.create(&user).await?;
        let new = NewAccount {
            user: user.clone(),
            owner: Some(cx.actor.account.id),
            role: Role::User,
            domain: domain.clone(),
            password,
            email: email.to_string(),
            plan: plan.to_string(),
            quota,
        };
        let created = cx.store.create_account(new).await;
        let written = match &created {
            Ok(_) => Ok(true),
            Err(CreateAccountError::UserTaken | CreateAccountError::DomainTaken) => Ok(false),
            Err(CreateAccountError::Store(error)) => Err(error),
        };
        settle(home, written).await;
        created.map_err(|error| match error {
            CreateAccountError::UserTaken => user_taken(),
            CreateAccountError::DomainTaken => domain_taken(),
            CreateAccountError::Store(error) => error.into(),
        })?;
        Ok(Data { user, domain, package: plan })
    }

    fn reason(_: &Data) -> String {
        "Account Creation Ok".to_owned()
    }
}

/// Whether a domain that this one lies below belongs to an account that the caller may not act on.
async fn below_foreign_domain(cx: &Ctx, domain: &DomainName) -> Result<bool, ApiError> {
    let mut rest = domain.as_str();
    while let Some((_, parent)) = rest.split_once('.') {
        rest = parent;
        let Ok(parent) = parent.parse() else { continue };
        if cx.store.account_of_domain(&parent).await?.is_some_and(|account| !cx.owns(&account)) {
            return Ok(true);
        }
    }
    Ok(false)
}
