//! `create_cphulk_record`: addresses for the white or the black list.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cphulk::{Added, Comment, ListName, add, require_enabled};

/// Puts addresses on the white or the black list.
pub struct CreateCphulkRecord;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// Addresses, networks (`192.0.2.0/24`) or ranges (`192.0.2.1-192.0.2.9`).
    ip: Vec<String>,
    /// The list.
    list_name: ListName,
    /// Why.
    #[serde(default)]
    comment: Comment,
    /// Whether it may be done while the throttle's address and user rules are off.
    #[serde(default)]
    skip_enabled_check: Flag,
}

/// What is on the list now.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    #[serde(flatten)]
    added: Added,
    /// The comment.
    comment: Comment,
}

impl Function for CreateCphulkRecord {
    const NAME: Name = Name::whm("create_cphulk_record", V0::Status);
    const SUMMARY: &'static str = "Puts addresses on the white or the black list.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a network, and something that is no address",
            &[("list_name", "black"), ("ip-1", "192.0.2.8/30"), ("ip-2", "192.0.2"), ("comment", "scanners")],
            r#"{"ips_added":["192.0.2.8-192.0.2.11"],"comment":"scanners","list_name":"black",
                "requester_ip":"127.0.0.1","requester_ip_is_whitelisted":0}"#,
        )
        .by("root"),
        Example::data(
            "oneself on the white list",
            &[("list_name", "white"), ("ip", "127.0.0.1")],
            r#"{"ips_added":["127.0.0.1"],"ips_failed":{},"requester_ip_is_whitelisted":1}"#,
        )
        .by("root"),
        Example::error(
            "oneself on the black list",
            &[("list_name", "black"), ("ip", "127.0.0.0/8")],
            "It is your own address, or your own is among these.",
        )
        .by("root"),
        Example::error(
            "by a reseller",
            &[("list_name", "black"), ("ip", "192.0.2.1")],
            "Permission denied: this function needs the privilege “all”.",
        )
        .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        require_enabled(cx, args.skip_enabled_check).await?;
        let records = args.ip.into_iter().map(|ip| (ip, args.comment.clone())).collect();
        Ok(Data { added: add(cx, args.list_name, records).await?, comment: args.comment })
    }
}
