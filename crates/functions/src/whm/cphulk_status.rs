//! `cphulk_status`: whether the throttle's address and user rules hold.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Says whether guesses are counted by address and by login name.
pub struct CphulkStatus;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// Whether they hold.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// Whether they do.
    is_enabled: Flag,
    /// What the original calls it: `cPHulk`.
    service: &'static str,
}

impl Function for CphulkStatus {
    const NAME: Name = Name::whm("cphulk_status", V0::Status);
    const SUMMARY: &'static str = "Says whether guesses are counted by address and by login name.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("on, as it is at first", &[], r#"{"is_enabled":1,"service":"cPHulk"}"#).by("root"),
        Example::error("by a reseller", &[], "Permission denied: this function needs the privilege “all”.")
            .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Data, ApiError> {
        let enabled = cx.store.policies().await?.throttling.enabled;
        Ok(Data { is_enabled: Flag(enabled), service: "cPHulk" })
    }
}
