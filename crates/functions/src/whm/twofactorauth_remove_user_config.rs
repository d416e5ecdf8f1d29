//! `twofactorauth_remove_user_config`: second factors of the caller's accounts go.

use std::collections::BTreeMap;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::Services;
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::others_factors::{may_manage, remove};

/// Removes the second factors of accounts that the caller owns, or of mailboxes in them, and ends their sessions.
pub struct RemoveUserConfig;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The accounts' names, or mailboxes' addresses. One's own factor is removed without a privilege.
    user: Vec<String>,
}

/// What was done for each.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// Those that keep what they have, and why.
    failed: BTreeMap<String, String>,
    /// Those that have no second factor now, whether they had one or not.
    users_modified: Vec<String>,
}

impl Function for RemoveUserConfig {
    const NAME: Name = Name::whm("twofactorauth_remove_user_config", V0::Status);
    const SUMMARY: &'static str = "Removes the second factors of accounts that the caller owns.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Reseller;
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "with a second factor and without",
            &[("user-0", "cptest"), ("user-1", "plain"), ("user-2", "tfa@plain.example")],
            r#"{"failed":{},"users_modified":["cptest","plain","tfa@plain.example"]}"#,
        )
        .by("root"),
        Example::data(
            "somebody else's account, and one that is not there",
            &[("user-0", "plain"), ("user-1", "cptest"), ("user-2", "nothere")],
            r#"{"failed":{"cptest":"You are not authorized to modify cptest",
                "nothere":"You are not authorized to modify nothere"},"users_modified":["plain"]}"#,
        )
        .by("asder"),
        Example::error("nobody", &[], "The “user” argument is required.").by("root"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        for user in &args.user {
            may_manage(cx, Some(user))?;
        }
        let mut data = Data { failed: BTreeMap::new(), users_modified: Vec::new() };
        for user in args.user {
            match remove(cx, &user).await {
                Ok(()) => data.users_modified.push(user),
                // what became of the others is told all the same
                Err(error) => {
                    if let Some(why) = error.internal() {
                        tracing::error!(why, "a second factor could not be removed");
                    }
                    data.failed.insert(user, error.public());
                }
            }
        }
        Ok(data)
    }
}
