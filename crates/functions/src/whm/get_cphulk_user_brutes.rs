//! `get_cphulk_user_brutes`: login names that are held back.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cphulk::{FailedTry, held_back_names};

/// Lists the login names for which unknown addresses have to wait.
pub struct GetCphulkUserBrutes;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// Those that are.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// The latest first.
    user_brutes: Vec<FailedTry>,
}

impl Function for GetCphulkUserBrutes {
    const NAME: Name = Name::whm("get_cphulk_user_brutes", V0::Status);
    const SUMMARY: &'static str = "Lists the login names for which unknown addresses have to wait.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("none", &[], r#"{"user_brutes":[]}"#).by("root"),
        Example::error("by a reseller", &[], "Permission denied: this function needs the privilege “all”.")
            .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Data, ApiError> {
        Ok(Data { user_brutes: held_back_names(cx).await? })
    }
}
