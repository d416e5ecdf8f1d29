//! `flush_cphulk_login_history_for_ips`: failures from some addresses are forgiven, but those at codes.

use std::net::IpAddr;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Forgives failures from addresses, but those at codes and answers; their neighbourhoods are free too.
pub struct FlushCphulkLoginHistoryForIps;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The addresses.
    ip: Vec<IpAddr>,
}

/// What was done.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// Firewall rules that were removed: there are none.
    iptable_bans_removed: u64,
    /// How many entries there were: counters that had failures, and failed logins.
    records_removed: u64,
}

impl Function for FlushCphulkLoginHistoryForIps {
    const NAME: Name = Name::whm("flush_cphulk_login_history_for_ips", V0::Status);
    const SUMMARY: &'static str = "Forgives failures from addresses, but those at codes and answers; their neighbourhoods are free too.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Rule;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "nothing to forgive",
            &[("ip-1", "192.0.2.1"), ("ip-2", "2001:db8::1")],
            r#"{"iptable_bans_removed":0,"records_removed":0}"#,
        )
        .by("root"),
        Example::error(
            "by a reseller",
            &[("ip", "192.0.2.1")],
            "Permission denied: this function needs the privilege “all”.",
        )
        .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        let records_removed = cx.store.forgive_failures_from(&args.ip).await?;
        let (by, addresses) = (&cx.actor.log_name, args.ip.len());
        tracing::warn!(%by, addresses, records_removed, "failed logins from addresses were forgiven");
        Ok(Data { iptable_bans_removed: 0, records_removed })
    }
}
