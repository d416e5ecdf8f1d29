//! `api_token_update`: other limits or another name for an API token for WHM.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_store::{TokenChange, TokenKind};
use portreeve_types::{Acl, Network, Services, Timestamp, TokenName};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::tokens::{Whitelisted, end, networks, update};
use crate::whm_tokens::{effective, granted, whitelist};

/// Changes an API token for WHM. The privileges are replaced as a whole, and are all of the caller's when none are
/// named; everything else stays unless it is named.
pub struct ApiTokenUpdate;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// What the token is called.
    token_name: TokenName,
    /// What it is to be called.
    new_name: Option<TokenName>,
    /// The privileges that it is limited to; all of the caller's, now and later, when absent.
    #[serde(default)]
    acl: Vec<Acl>,
    /// When it ends, in seconds since 1970; 0 for never.
    expires_at: Option<i64>,
    /// The addresses and networks that it is good from, over TLS only; `any` for anywhere.
    #[serde(default)]
    whitelist_ip: Vec<Whitelisted>,
    /// Whether each call with the token needs a code in `X-CPANEL-OTP` too: 0 or 1. An argument of ours.
    otp_required: Option<Flag>,
}

/// The token as it is now.
#[derive(Serialize, JsonSchema)]
pub struct Updated {
    /// Its privileges now.
    acls: Vec<Acl>,
    /// When it was made, in seconds since 1970.
    create_time: i64,
    /// When it ends, in seconds since 1970; null for never.
    expires_at: Option<i64>,
    /// What it is called.
    name: TokenName,
    /// The addresses and networks that it is good from; null for anywhere.
    whitelist_ips: Option<Vec<Network>>,
}

impl Function for ApiTokenUpdate {
    const NAME: Name = Name::whm("api_token_update", V0::Status);
    const SUMMARY: &'static str = "Changes an API token for WHM: its name, privileges, end or addresses.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::ManageApiTokens);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "another name and fewer privileges",
            &[("token_name", "sandbox"), ("new_name", "lister"), ("acl", "list-accts")],
            r#"{"acls":["list-accts"],"expires_at":null,"name":"lister","whitelist_ips":null}"#,
        )
        .by("asder"),
        Example::data(
            "without privileges it has all of its owner's",
            &[("token_name", "sandbox"), ("whitelist_ip", "2001:db8::/32")],
            r#"{"acls":["manage-api-tokens","list-accts"],
                "whitelist_ips":["2001:0db8:0000:0000:0000:0000:0000:0000/32"]}"#,
        )
        .by("asder"),
        Example::error(
            "a token that is not there",
            &[("token_name", "nothere"), ("new_name", "lister")],
            "The API token “nothere” does not exist.",
        )
        .by("asder"),
        Example::error(
            "a privilege that the caller has not",
            &[("token_name", "sandbox"), ("acl", "clustering")],
            "The “acl” argument is invalid: you do not have the privilege “clustering”.",
        )
        .by("asder"),
    ];
    type Args = Args;
    type Data = Updated;

    async fn call(cx: &Ctx, args: Args) -> Result<Updated, ApiError> {
        let change = TokenChange {
            name: args.new_name,
            expires: args.expires_at.map(|at| end(cx, at)).transpose()?,
            acls: Some(granted(cx, &args.acl)?),
            networks: networks(args.whitelist_ip)?,
            code_required: args.otp_required.map(|required| required.0),
        };
        let record = update(cx, TokenKind::Whm, &args.token_name, change).await?;
        Ok(Updated {
            acls: effective(cx, &record.limits).iter().collect(),
            create_time: record.created.seconds(),
            expires_at: record.limits.expires.map(Timestamp::seconds),
            name: record.name.clone(),
            whitelist_ips: whitelist(&record.limits),
        })
    }
}
