//! `unsuspendacct`: an account is open again.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services, UserName};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts::{authority, locked, owned};

/// Ends an account's suspension: its credentials and its mailboxes' are good again. One that is not suspended stays so.
pub struct Unsuspendacct;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The account's name.
    user: UserName,
}

/// What was done.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    #[serde(skip)]
    user: UserName,
}

impl Function for Unsuspendacct {
    const NAME: Name = Name::whm("unsuspendacct", V0::Result);
    const SUMMARY: &'static str = "Ends an account's suspension.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::SuspendAcct);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data("an account of one's own, suspended or not", &[("user", "plain")], "{}").by("asder"),
        Example::error(
            "somebody else's account",
            &[("user", "cptest")],
            "You do not have permission to act on the account “cptest”, or it does not exist.",
        )
        .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        let user = args.user;
        let account = owned(cx, &user).await?;
        if cx.store.unsuspend_account(account.id, authority(cx)).await? {
            Ok(Data { user })
        } else {
            Err(locked(&user))
        }
    }

    fn reason(data: &Data) -> String {
        format!("The account “{}” is not suspended.", data.user)
    }
}
