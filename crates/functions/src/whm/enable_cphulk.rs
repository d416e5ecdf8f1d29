//! `enable_cphulk`: the throttle's address and user rules, on.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cphulk::ENABLED;
use crate::settings::change;

/// Counts guesses by address and by login name, and holds them against the two lists.
pub struct EnableCphulk;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// Nothing.
#[derive(Serialize, JsonSchema)]
pub struct Data {}

impl Function for EnableCphulk {
    const NAME: Name = Name::whm("enable_cphulk", V0::Status);
    const SUMMARY: &'static str =
        "Counts guesses by address and by login name, and holds them against the two lists.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("by root", &[], "{}").by("root"),
        Example::error("by a reseller", &[], "Permission denied: this function needs the privilege “all”.")
            .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Data, ApiError> {
        change(cx, &[(ENABLED, "1")]).await?;
        Ok(Data {})
    }
}
