//! `batch_create_cphulk_records`: addresses for a list, each with its comment.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{Acl, Invalid, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cphulk::{Added, Comment, ListName, add, require_enabled};

/// Puts addresses on the white or the black list, each with a comment of its own.
pub struct BatchCreateCphulkRecords;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The list.
    list_name: ListName,
    /// Objects with `ip` and, if wanted, `comment`, in a JSON body.
    records: Vec<Record>,
    /// Whether it may be done while the throttle's address and user rules are off.
    #[serde(default)]
    skip_enabled_check: Flag,
}

/// An entry to be.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct Record {
    /// An address, a network or a range.
    ip: String,
    /// Why.
    comment: Comment,
}

/// The members of one, as JSON has them.
#[derive(Deserialize)]
struct Members {
    ip: String,
    #[serde(default)]
    comment: Comment,
}

impl TryFrom<String> for Record {
    type Error = Invalid;

    fn try_from(json: String) -> Result<Record, Invalid> {
        let Members { ip, comment } = serde_json::from_str(&json)
            .map_err(|_| Invalid("a record is an object with the members “ip” and “comment”".to_owned()))?;
        Ok(Record { ip, comment })
    }
}

/// What is on the list now.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    #[serde(flatten)]
    added: Added,
    /// The texts that were given for what was added, in their order.
    original_ips_added: Vec<String>,
}

impl Function for BatchCreateCphulkRecords {
    const NAME: Name = Name::whm("batch_create_cphulk_records", V0::Status);
    const SUMMARY: &'static str =
        "Puts addresses on the white or the black list, each with a comment of its own.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::All);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "two entries",
            &[
                ("list_name", "black"),
                ("records-0", r#"{"ip":"192.0.2.8/30","comment":"scanners"}"#),
                ("records-1", r#"{"ip":"2001:db8::1"}"#),
            ],
            r#"{"ips_added":["192.0.2.8-192.0.2.11","2001:db8::1"],
                "original_ips_added":["192.0.2.8/30","2001:db8::1"],"ips_failed":{}}"#,
        )
        .by("root"),
        Example::error(
            "an entry that is no object",
            &[("list_name", "black"), ("records", "192.0.2.1")],
            "The “records” argument is invalid: a record is an object with the members “ip” and “comment”.",
        )
        .by("root"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, args: Args) -> Result<Data, ApiError> {
        require_enabled(cx, args.skip_enabled_check).await?;
        let texts: Vec<String> = args.records.iter().map(|record| record.ip.clone()).collect();
        let records = args.records.into_iter().map(|record| (record.ip, record.comment)).collect();
        let added = add(cx, args.list_name, records).await?;
        let original_ips_added = texts.into_iter().filter(|text| !added.failed(text)).collect();
        Ok(Data { added, original_ips_added })
    }
}
