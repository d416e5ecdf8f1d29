//! `twofactorauth_get_tfa_config_for_user`: the secrets of an account's second factors, to take them to another server.
//!
//! Whoever reads a secret can make its codes for ever, so this is the one function that shows a secret which is in
//! use. It asks as much as the secret's own user would have to give: it is root's alone, never a token's, however
//! many privileges that has, and where root has a second factor a code of it must have been given. Each reading is
//! logged.

use std::collections::BTreeMap;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_crypt::ExposeSecret;
use portreeve_store::Account;
use portreeve_types::{Acl, LoginName, MailAddress, Services, Subject, UserName};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::others_factors::owned;
use portreeve_api::fully_proven;

/// Tells the secrets of an account's second factors, to take them to another server.
pub struct GetTfaConfigForUser;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The account's name.
    user: UserName,
}

/// The second factors of one account.
#[derive(Serialize, JsonSchema)]
pub struct Config {
    /// The account's own; absent when it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    primary_account: Option<Secret>,
    /// Those of its mailboxes.
    email: BTreeMap<MailAddress, Secret>,
    /// Those of its team's users: there are none.
    team: BTreeMap<String, Secret>,
}

/// One second factor.
#[derive(Serialize, JsonSchema)]
pub struct Secret {
    /// The secret in base32.
    secret: String,
}

impl Function for GetTfaConfigForUser {
    const NAME: Name = Name::whm("twofactorauth_get_tfa_config_for_user", V0::Status);
    const SUMMARY: &'static str =
        "Tells the secrets of an account's second factors, to take them to another server.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "an account with a second factor",
            &[("user", "cptest")],
            r#"{"cptest":{"primary_account":{"secret":"QSARBVKLZHYHLJ3M"},"email":{},"team":{}}}"#,
        )
        .by("root"),
        Example::data(
            "one whose mailbox has one",
            &[("user", "plain")],
            r#"{"plain":{"email":{"tfa@plain.example":{"secret":"JBSWY3DPEHPK3PXP"}}}}"#,
        )
        .by("root"),
        Example::error(
            "an account that is not there",
            &[("user", "nothere")],
            "You are not authorized to modify nothere",
        )
        .by("root"),
        Example::error(
            "by a reseller",
            &[("user", "plain")],
            "Permission denied: this function needs the privilege “all”.",
        )
        .by("asder"),
    ];
    type Args = Args;
    type Data = BTreeMap<UserName, Config>;

    async fn call(cx: &Ctx, args: Args) -> Result<BTreeMap<UserName, Config>, ApiError> {
        fully_proven(cx, "Failed to read second factors", "cannot read the secret of a second factor")
            .await?;
        let account = owned(cx, &LoginName::Account(args.user.clone())).await?.account;
        let config = config_of(cx, &account).await?;
        let by = &cx.actor.log_name;
        tracing::warn!(%by, of = %args.user, "the secrets of second factors were read");
        Ok([(args.user, config)].into())
    }
}

async fn config_of(cx: &Ctx, account: &Account) -> Result<Config, ApiError> {
    let mut email = BTreeMap::new();
    for mailbox in cx.store.mailboxes(account.id).await?.iter() {
        if let Some(secret) = secret_of(cx, Subject::Mailbox(mailbox.id)).await? {
            email.insert(mailbox.address.clone(), secret);
        }
    }
    let primary_account = secret_of(cx, Subject::Account(account.id)).await?;
    Ok(Config { primary_account, email, team: BTreeMap::new() })
}

async fn secret_of(cx: &Ctx, subject: Subject) -> Result<Option<Secret>, ApiError> {
    let factor = cx.store.two_factor(subject).await?;
    Ok(factor.map(|factor| Secret { secret: factor.secret.base32().expose_secret().to_owned() }))
}
