//! `suspendacct`: nobody may log in to an account any more.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_store::Role;
use portreeve_types::{Acl, Invalid, Services, UserName};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts::{authority, locked, owned};

/// Suspends an account: its sessions and its mailboxes' end, and every credential of it is refused.
pub struct Suspendacct;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The account's name.
    user: UserName,
    /// Why; `Unknown` when absent.
    #[serde(default)]
    reason: Reason,
    /// Whether only root may end the suspension.
    #[serde(default)]
    disallowun: Flag,
    /// Whether its FTP logins stay open, which is refused.
    #[serde(default, rename = "leave-ftp-accts-enabled")]
    leave_ftp_accts_enabled: Flag,
}

/// Why an account is suspended: at most 255 characters, none of them a control character.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct Reason(String);

impl Default for Reason {
    fn default() -> Reason {
        Reason("Unknown".to_owned())
    }
}

impl TryFrom<String> for Reason {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Reason, Invalid> {
        if text.chars().count() > 255 || text.chars().any(char::is_control) {
            return Err(Invalid("a reason has at most 255 characters and is one line".to_owned()));
        }
        Ok(Reason(text))
    }
}

/// What was done.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    #[serde(skip)]
    user: UserName,
}

impl Function for Suspendacct {
    const NAME: Name = Name::whm("suspendacct", V0::Result);
    const SUMMARY: &'static str =
        "Suspends an account: its sessions and its mailboxes' end, and every credential of it is refused.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::SuspendAcct);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("an account of one's own", &[("user", "plain"), ("reason", "Nonpayment")], "{}")
            .by("asder"),
        Example::error(
            "somebody else's account",
            &[("user", "cptest")],
            "You do not have permission to act on the account “cptest”, or it does not exist.",
        )
        .by("asder"),
        Example::error("oneself", &[("user", "asder")], "The account “asder” cannot suspend itself.")
            .by("asder"),
        Example::error(
            "a reason of two lines",
            &[("user", "plain"), ("reason", "Late\npayment")],
            "The “reason” argument is invalid: a reason has at most 255 characters and is one line.",
        )
        .by("root"),
        Example::error(
            "without its FTP logins",
            &[("user", "plain"), ("leave-ftp-accts-enabled", "1")],
            "The “leave-ftp-accts-enabled” argument is invalid: ",
        )
        .by("root"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        let Args { user, reason, disallowun, leave_ftp_accts_enabled } = args;
        let account = owned(cx, &user).await?;
        if leave_ftp_accts_enabled.0 {
            return Err(ApiError::refused(
                "The “leave-ftp-accts-enabled” argument is invalid: a suspension closes every login of the account.",
            ));
        }
        if account.id == cx.actor.account.id {
            return Err(ApiError::refused(format!("The account “{user}” cannot suspend itself.")));
        }
        if account.role == Role::Administrator {
            return Err(ApiError::refused(format!(
                "The account “{user}” is an administrator's and cannot be suspended."
            )));
        }
        if cx.store.suspend_account(account.id, &reason.0, disallowun.0, authority(cx)).await? {
            Ok(Data { user })
        } else {
            Err(locked(&user))
        }
    }

    fn reason(data: &Data) -> String {
        format!("The account “{}” is suspended.", data.user)
    }
}
