//! `twofactorauth_get_user_configs`: which of the caller's accounts have a second factor.

use std::collections::BTreeMap;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{DomainName, LoginName, Services, Subject, UserName};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::others_factors::{may_manage, owned};

/// Tells which of the caller's accounts have a second factor; never the secrets.
pub struct GetUserConfigs;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The account to tell of, whether it has a second factor or not; without it all that have one. Of oneself it is
    /// told without a privilege.
    user: Option<UserName>,
}

/// One account.
#[derive(Serialize, JsonSchema)]
pub struct Config {
    /// Whether it has a second factor: 0 or 1.
    is_enabled: Flag,
    /// Its main domain.
    primary_domain: DomainName,
    /// How many recovery codes are left, for the caller's own account; a field of ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_codes_left: Option<usize>,
}

impl Function for GetUserConfigs {
    const NAME: Name = Name::whm("twofactorauth_get_user_configs", V0::Status);
    const SUMMARY: &'static str = "Tells which of the caller's accounts have a second factor.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Reseller;
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "all that have one",
            &[],
            r#"{"asder":{"is_enabled":1,"primary_domain":"asder.example"},"cptest":{"is_enabled":1}}"#,
        )
        .by("root"),
        Example::data("a reseller's", &[], r#"{"asder":{"is_enabled":1}}"#).by("asder"),
        Example::data(
            "one without",
            &[("user", "plain")],
            r#"{"plain":{"is_enabled":0,"primary_domain":"plain.example"}}"#,
        )
        .by("asder"),
        Example::data(
            "oneself",
            &[("user", "asder")],
            r#"{"asder":{"is_enabled":1,"recovery_codes_left":0}}"#,
        )
        .by("asder"),
        Example::error(
            "somebody else's account",
            &[("user", "cptest")],
            "You are not authorized to modify cptest",
        )
        .by("asder"),
    ];
    type Args = Args;
    type Data = BTreeMap<UserName, Config>;

    async fn call(cx: &Ctx, args: Args) -> Result<BTreeMap<UserName, Config>, ApiError> {
        may_manage(cx, args.user.as_ref().map(UserName::as_str))?;
        let enabled = cx.store.subjects_with_two_factor().await?;
        let accounts = match args.user {
            Some(user) => {
                vec![owned(cx, &LoginName::Account(user)).await?.account]
            }
            None => {
                let mut accounts = cx.store.accounts().await?;
                accounts
                    .retain(|account| cx.owns(account) && enabled.contains(&Subject::Account(account.id)));
                accounts
            }
        };
        let mut configs = BTreeMap::new();
        for account in accounts {
            let subject = Subject::Account(account.id);
            let recovery_codes_left = match subject == cx.actor.subject {
                true => Some(cx.store.recovery_codes_left(subject).await?),
                false => None,
            };
            let config = Config {
                is_enabled: Flag(enabled.contains(&subject)),
                primary_domain: account.domain.clone(),
                recovery_codes_left,
            };
            configs.insert(account.user.clone(), config);
        }
        Ok(configs)
    }
}
