//! `get_cphulk_brutes`: addresses that have to wait.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_store::HeldBackBy;
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cphulk::{HeldBackAddress, held_back};

/// Lists the addresses that have to wait between two tries.
pub struct GetCphulkBrutes;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// Those that are.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// The latest first.
    brutes: Vec<HeldBackAddress>,
}

impl Function for GetCphulkBrutes {
    const NAME: Name = Name::whm("get_cphulk_brutes", V0::Status);
    const SUMMARY: &'static str = "Lists the addresses that have to wait between two tries.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("nobody is", &[], r#"{"brutes":[]}"#).by("root"),
        Example::error("by a reseller", &[], "Permission denied: this function needs the privilege “all”.")
            .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Data, ApiError> {
        Ok(Data { brutes: held_back(cx, HeldBackBy::Address).await? })
    }
}
