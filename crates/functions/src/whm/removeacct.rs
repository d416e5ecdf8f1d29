//! `removeacct`: an account goes, with everything that is its.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_store::Role;
use portreeve_types::{Acl, Services, UserName};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts::{not_owned, owned};
use crate::settle::settle;

/// Removes an account with its home, mailboxes, logins, tokens and sessions.
pub struct Removeacct;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The account's name.
    #[serde(alias = "user")]
    username: UserName,
}

/// What was removed.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// The account's name.
    user: UserName,
}

impl Function for Removeacct {
    const NAME: Name = Name::whm("removeacct", V0::Result);
    const SUMMARY: &'static str = "Removes an account with its home, mailboxes, logins, tokens and sessions.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::KillAcct);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("an account of one's own", &[("username", "plain")], r#"{"user":"plain"}"#).by("asder"),
        Example::error(
            "somebody else's account",
            &[("user", "cptest")],
            "You do not have permission to act on the account “cptest”, or it does not exist.",
        )
        .by("asder"),
        Example::error(
            "an account that is not there",
            &[("user", "nothere")],
            "You do not have permission to act on the account “nothere”, or it does not exist.",
        )
        .by("root"),
        Example::error("oneself", &[("user", "asder")], "The account “asder” cannot remove itself.")
            .by("asder"),
        Example::error(
            "a reseller with accounts",
            &[("user", "asder")],
            "The account “asder” still owns accounts",
        )
        .by("root"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        let user = args.username;
        let account = owned(cx, &user).await?;
        if account.id == cx.actor.account.id {
            return Err(ApiError::refused(format!("The account “{user}” cannot remove itself.")));
        }
        if account.role == Role::Administrator {
            return Err(ApiError::refused(format!(
                "The account “{user}” is an administrator's and cannot be removed."
            )));
        }
        if cx.store.accounts().await?.iter().any(|other| other.owner == Some(account.id)) {
            return Err(ApiError::refused(format!(
                "The account “{user}” still owns accounts; remove those first."
            )));
        }
        let home = cx.drivers.homes.remove(&user).await?;
        let removed = cx.store.remove_account(account.id).await;
        settle(home, removed.as_ref().copied()).await;
        if removed? { Ok(Data { user }) } else { Err(not_owned(&user)) }
    }

    fn reason(data: &Data) -> String {
        format!("{} account removed", data.user)
    }
}
