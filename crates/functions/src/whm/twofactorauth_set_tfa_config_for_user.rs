//! `twofactorauth_set_tfa_config_for_user`: second factors that come along from another server.
//!
//! The same is asked as for reading them: whoever chooses a secret knows it.

use std::collections::BTreeMap;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_crypt::TotpSecret;
use portreeve_types::{Acl, LoginName, MailAddress, Services, Subject, UserName};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::accounts::named;
use crate::others_factors::owned;
use crate::second_factor::CANNOT;
use portreeve_api::fully_proven;

/// How its errors begin.
const FAILED: &str = "Failed to set second factors";

/// Gives accounts and their mailboxes second factors by their secrets, all of them or none, and ends their sessions.
pub struct SetTfaConfigForUser;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// One member an account, under its name: what `twofactorauth_get_tfa_config_for_user` answers.
    #[serde(flatten)]
    users: BTreeMap<String, String>,
}

/// The second factors of one account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    primary_account: Option<Secret>,
    #[serde(default)]
    email: BTreeMap<MailAddress, Secret>,
    #[serde(default)]
    team: BTreeMap<String, IgnoredAny>,
}

/// One second factor.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Secret {
    secret: String,
}

/// Nothing.
#[derive(Serialize, JsonSchema)]
pub struct Data {}

impl Function for SetTfaConfigForUser {
    const NAME: Name = Name::whm("twofactorauth_set_tfa_config_for_user", V0::Status);
    const SUMMARY: &'static str = "Gives accounts and their mailboxes second factors by their secrets.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "an account and a mailbox of it",
            &[(
                "plain",
                r#"{"primary_account":{"secret":"S3I4WUY7MTHRMMWN"},
                    "email":{"user@plain.example":{"secret":"JBSWY3DPEHPK3PXP"}},"team":{}}"#,
            )],
            "{}",
        )
        .by("root"),
        Example::error(
            "a secret that is none",
            &[("plain", r#"{"primary_account":{"secret":"short"}}"#)],
            "Failed to set second factors: plain: a secret has 16 to 103 base32 characters",
        )
        .by("root"),
        Example::error(
            "a mailbox of somebody else's",
            &[("plain", r#"{"email":{"info@cptest.example":{"secret":"S3I4WUY7MTHRMMWN"}}}"#)],
            "Failed to set second factors: info@cptest.example is no mailbox of plain.",
        )
        .by("root"),
        Example::error(
            "a team's user",
            &[("plain", r#"{"team":{"helper@plain":{"secret":"S3I4WUY7MTHRMMWN"}}}"#)],
            "Failed to set second factors: there are no team users on this server.",
        )
        .by("root"),
        Example::error(
            "an account that is not there",
            &[("nothere", "{}")],
            "You are not authorized to modify nothere",
        )
        .by("root"),
        Example::error("nobody", &[], "Failed to set second factors: no account is named.").by("root"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        let acting = fully_proven(cx, FAILED, CANNOT).await?;
        let mut factors = Vec::new();
        let mut users = Vec::new();
        for (name, config) in &args.users {
            // what cannot be an account's name is some other parameter: `api.version`
            let Ok(user) = name.parse::<UserName>() else { continue };
            let config =
                serde_json::from_str(config).map_err(|error| refused(&format!("{user}: {error}")))?;
            read(cx, &user, config, &mut factors).await?;
            users.push(user);
        }
        if users.is_empty() {
            return Err(refused(&"no account is named"));
        }
        if !cx.store.import_two_factors(&factors, acting).await? {
            return Err(refused(&"your login ended meanwhile, or an account or a mailbox was removed"));
        }
        let by = &cx.actor.log_name;
        for user in users {
            tracing::warn!(%by, of = %user, "second factors were set by somebody else");
        }
        Ok(Data {})
    }
}

/// Adds the second factors of one account to those that are to be set.
async fn read(
    cx: &Ctx,
    user: &UserName,
    config: Config,
    factors: &mut Vec<(Subject, TotpSecret)>,
) -> Result<(), ApiError> {
    let owner = owned(cx, &LoginName::Account(user.clone())).await?;
    if !config.team.is_empty() {
        return Err(refused(&"there are no team users on this server"));
    }
    let secret = |who: &dyn std::fmt::Display, given: &Secret| {
        given.secret.parse::<TotpSecret>().map_err(|error| refused(&format!("{who}: {error}")))
    };
    if let Some(given) = &config.primary_account {
        factors.push((owner.subject(), secret(user, given)?));
    }
    for (address, given) in &config.email {
        let named = named(cx, &LoginName::Mailbox(address.clone())).await?;
        let named = named.filter(|named| named.account.id == owner.account.id);
        let named = named.ok_or_else(|| refused(&format!("{address} is no mailbox of {user}")))?;
        factors.push((named.subject(), secret(address, given)?));
    }
    Ok(())
}

fn refused(why: &dyn std::fmt::Display) -> ApiError {
    ApiError::refused(format!("{FAILED}: {why}."))
}
