//! `delete_cphulk_record`: addresses off the white or the black list.

use std::collections::BTreeMap;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{Acl, AddressRange, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cphulk::{ListName, Requester, require_enabled};

/// Takes addresses off the white or the black list.
pub struct DeleteCphulkRecord;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// Addresses, networks or ranges, each as one entry of the list has it, in any form.
    ip: Vec<String>,
    /// The list.
    list_name: ListName,
    /// Whether it may be done while the throttle's address and user rules are off.
    #[serde(default)]
    skip_enabled_check: Flag,
}

/// What is no longer on the list.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// Texts that could not be taken off, and why.
    ips_failed: BTreeMap<String, String>,
    /// What was taken off.
    ips_removed: Vec<AddressRange>,
    /// The list.
    list_name: ListName,
    #[serde(flatten)]
    requester: Requester,
}

impl Function for DeleteCphulkRecord {
    const NAME: Name = Name::whm("delete_cphulk_record", V0::Status);
    const SUMMARY: &'static str = "Takes addresses off the white or the black list.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "an address that is not listed, and something that is no address",
            &[("list_name", "black"), ("ip-1", "192.0.2.1"), ("ip-2", "192.0.2")],
            r#"{"ips_removed":[],"ips_failed":{"192.0.2.1":"It is not on the list."},"list_name":"black"}"#,
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
        if args.list_name == ListName::White {
            // who is white no longer may be shut out
            Effect::Rule.check(cx).await?;
        }
        let (mut wanted, mut ips_failed) = (Vec::new(), BTreeMap::new());
        for text in args.ip {
            match text.parse::<AddressRange>() {
                Ok(addresses) => wanted.push((text, addresses)),
                Err(error) => {
                    ips_failed.insert(text, format!("{error}."));
                }
            }
        }
        let entries: Vec<AddressRange> = wanted.iter().map(|(_, addresses)| *addresses).collect();
        let ips_removed = cx.store.unlist_addresses(args.list_name.list(), &entries).await?;
        for (text, _) in wanted.into_iter().filter(|(_, addresses)| !ips_removed.contains(addresses)) {
            ips_failed.insert(text, "It is not on the list.".to_owned());
        }
        let (by, addresses) = (&cx.actor.log_name, ips_removed.len());
        tracing::warn!(%by, list = ?args.list_name, addresses, "addresses were taken off a list");
        Ok(Data { ips_failed, ips_removed, list_name: args.list_name, requester: Requester::of(cx).await? })
    }
}
