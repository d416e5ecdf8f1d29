//! `passwd`: an account's new password.

use portreeve_api::{
    Access, ApiError, Ctx, Effect, Example, Flag, Function, Name, changed_meanwhile, stepped_up,
};
use portreeve_crypt::{Scheme, strength};
use portreeve_store::{ChangedBy, Staying};
use portreeve_types::{Acl, Services, Subject, UserName};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts::{not_owned, owned, within_reach};
use crate::passwords::NewPassword;

const FAILED: &str = "Failed to change the password";

/// Changes an account's password and ends its sessions, but for the one that the call came in.
pub struct Passwd;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The account's name.
    user: UserName,
    /// The new password.
    #[serde(alias = "pass")]
    password: NewPassword,
    /// Whether the account's database user gets the password too; there are no such users yet.
    #[serde(default, rename = "db_pass_update")]
    _db_pass_update: Flag,
    /// Whether the password is kept for Digest authentication as well, which is refused.
    #[serde(default, alias = "digestauth")]
    enabledigest: Flag,
}

/// What was changed.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// The services that have the new password: always `system`.
    app: [&'static str; 1],
    #[serde(skip)]
    user: UserName,
}

impl Function for Passwd {
    const NAME: Name = Name::whm("passwd", V0::Passwd);
    const SUMMARY: &'static str = "Changes an account's password and ends its sessions.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::Passwd);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "an account of one's own",
            &[("user", "plain"), ("password", "another-long-secret"), ("db_pass_update", "1")],
            r#"{"app":["system"]}"#,
        )
        .by("asder"),
        Example::data(
            "under the older name of the argument",
            &[("user", "cptest"), ("pass", "another-long-secret")],
            r#"{"app":["system"]}"#,
        )
        .by("root"),
        Example::error(
            "somebody else's account",
            &[("user", "cptest"), ("password", "another-long-secret")],
            "You do not have permission to act on the account “cptest”, or it does not exist.",
        )
        .by("asder"),
        Example::error(
            "root's, by a reseller",
            &[("user", "root"), ("password", "another-long-secret")],
            "You do not have permission to act on the account “root”, or it does not exist.",
        )
        .by("asder"),
        Example::error(
            "a password that is too short",
            &[("user", "plain"), ("password", "short")],
            "The “password” argument is invalid: a password has 8 to 255 characters.",
        )
        .by("root"),
        Example::error(
            "Digest authentication",
            &[("user", "plain"), ("password", "another-long-secret"), ("enabledigest", "1")],
            "The “enabledigest” argument is invalid: Digest authentication is not offered.",
        )
        .by("root"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        let user = args.user;
        let account = owned(cx, &user).await?;
        if args.enabledigest.0 {
            return Err(ApiError::refused(
                "The “enabledigest” argument is invalid: Digest authentication is not offered.",
            ));
        }
        let acting = if account.id == cx.actor.account.id {
            // neither a token, nor a link that one made, nor a session without the code may become the login itself
            Some(stepped_up(cx, FAILED, "cannot change the password of its own account").await?)
        } else {
            None
        };
        within_reach(cx, &account)?;
        let password = args.password.check(cx).await?;
        let strength = strength(&password);
        let password = cx.hasher.hash(password, Scheme::Panel).await?;
        let staying = cx.actor.session.as_deref().map(|session| Staying { session, strength });
        let by = acting.map_or(ChangedBy::Another, |acting| ChangedBy::Owner { acting, staying });
        if cx.store.set_password(Subject::Account(account.id), &password, by).await? {
            Ok(Data { app: ["system"], user })
        } else if acting.is_some() {
            Err(changed_meanwhile(FAILED))
        } else {
            Err(not_owned(&user))
        }
    }

    fn reason(data: &Data) -> String {
        format!("Password changed for user “{}”.", data.user)
    }
}
