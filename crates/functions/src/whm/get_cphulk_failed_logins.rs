//! `get_cphulk_failed_logins`: wrong tries of late.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cphulk::{FailedTry, failed_logins};

/// Lists the wrong tries of late.
pub struct GetCphulkFailedLogins;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// Those that are.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// The latest first.
    failed_logins: Vec<FailedTry>,
}

impl Function for GetCphulkFailedLogins {
    const NAME: Name = Name::whm("get_cphulk_failed_logins", V0::Status);
    const SUMMARY: &'static str = "Lists the wrong tries of late.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("none", &[], r#"{"failed_logins":[]}"#).by("root"),
        Example::error("by a reseller", &[], "Permission denied: this function needs the privilege “all”.")
            .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Data, ApiError> {
        Ok(Data { failed_logins: failed_logins(cx).await? })
    }
}
