//! `read_cphulk_records`: what is on the white or the black list.

use std::collections::BTreeMap;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{Acl, AddressRange, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cphulk::{ListName, Requester, require_enabled};

/// Shows the white or the black list.
pub struct ReadCphulkRecords;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The list.
    list_name: ListName,
    /// Whether it may be done while the throttle's address and user rules are off.
    #[serde(default)]
    skip_enabled_check: Flag,
}

/// The list.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// The comment of each address or range (`first-last`).
    ips_in_list: BTreeMap<AddressRange, String>,
    /// The list.
    list_name: ListName,
    #[serde(flatten)]
    requester: Requester,
    /// What to say to somebody who is not on the white list.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning_ip: Option<String>,
}

impl Function for ReadCphulkRecords {
    const NAME: Name = Name::whm("read_cphulk_records", V0::Status);
    const SUMMARY: &'static str = "Shows the white or the black list.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "at first",
            &[("list_name", "white")],
            r#"{"ips_in_list":{},"list_name":"white","requester_ip":"127.0.0.1","requester_ip_is_whitelisted":0,
                "warning_ip":"Your address 127.0.0.1 is not on the white list."}"#,
        )
        .by("root"),
        Example::error(
            "by a reseller",
            &[("list_name", "white")],
            "Permission denied: this function needs the privilege “all”.",
        )
        .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        require_enabled(cx, args.skip_enabled_check).await?;
        let listed = cx.store.listed_addresses(args.list_name.list()).await?;
        let ips_in_list = listed.into_iter().map(|entry| (entry.addresses, entry.comment)).collect();
        let requester = Requester::of(cx).await?;
        let warning_ip = requester.warning();
        Ok(Data { ips_in_list, list_name: args.list_name, requester, warning_ip })
    }
}
