//! `flush_cphulk_login_history`: all failures are forgiven, but those at codes.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Forgives all failures but those at codes and answers, and empties the list of failed logins.
pub struct FlushCphulkLoginHistory;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// What was done.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// How many entries there were: counters that had failures, and failed logins.
    records_removed: u64,
}

impl Function for FlushCphulkLoginHistory {
    const NAME: Name = Name::whm("flush_cphulk_login_history", V0::Status);
    const SUMMARY: &'static str =
        "Forgives all failures but those at codes and answers, and empties the list of failed logins.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Rule;
    const EXAMPLES: &'static [Example] = &[
        Example::data("nothing to forgive", &[], r#"{"records_removed":0}"#).by("root"),
        Example::error("by a reseller", &[], "Permission denied: this function needs the privilege “all”.")
            .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Data, ApiError> {
        let records_removed = cx.store.forgive_failures().await?;
        tracing::warn!(by = %cx.actor.log_name, records_removed, "all failed logins were forgiven");
        Ok(Data { records_removed })
    }
}
