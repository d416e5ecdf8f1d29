//! `api_token_create`: a new API token for WHM.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_store::{TokenKind, TokenLimits};
use portreeve_types::{Acl, Network, Services, Timestamp, TokenName};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::tokens::{Whitelisted, create, end, networks};
use crate::whm_tokens::{effective, granted, whitelist};

/// Creates an API token for WHM; this answer is the only place that ever shows it.
pub struct ApiTokenCreate;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// What the token is called.
    token_name: TokenName,
    /// The privileges that it is limited to; all of the caller's, now and later, when absent.
    #[serde(default)]
    acl: Vec<Acl>,
    /// When it ends, in seconds since 1970; never when absent or 0.
    expires_at: Option<i64>,
    /// The addresses and networks that it is good from, over TLS only; anywhere when absent or `any`.
    #[serde(default)]
    whitelist_ip: Vec<Whitelisted>,
    /// Whether each call with the token needs a code in `X-CPANEL-OTP` too: 0 or 1. An argument of ours.
    #[serde(default)]
    otp_required: Flag,
}

/// The new token.
#[derive(Serialize, JsonSchema)]
pub struct Created {
    /// Its privileges now.
    acls: Vec<Acl>,
    /// When it was made, in seconds since 1970.
    create_time: i64,
    /// When it ends, in seconds since 1970; null for never.
    expires_at: Option<i64>,
    /// What it is called.
    name: TokenName,
    /// The token: 32 upper-case letters and digits.
    token: String,
    /// The addresses and networks that it is good from; null for anywhere.
    whitelist_ips: Option<Vec<Network>>,
}

impl Function for ApiTokenCreate {
    const NAME: Name = Name::whm("api_token_create", V0::Status);
    const SUMMARY: &'static str = "Creates an API token for WHM.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Acl(Acl::ManageApiTokens);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "a token for one task, from one network",
            &[
                ("token_name", "billing"),
                ("acl-0", "list-accts"),
                ("acl-1", "create-acct"),
                ("expires_at", "4102444800"),
                ("whitelist_ip", "192.0.2.0/24"),
                ("whitelist_ip-1", "2001:db8::1"),
            ],
            r#"{"acls":["list-accts","create-acct"],"expires_at":4102444800,"name":"billing",
                "whitelist_ips":["192.0.2.0/24","2001:0db8:0000:0000:0000:0000:0000:0001"]}"#,
        )
        .by("asder"),
        Example::data(
            "a token without limits",
            &[("token_name", "all"), ("whitelist_ip", "any")],
            r#"{"acls":["all"],"expires_at":null,"whitelist_ips":null}"#,
        )
        .by("root"),
        Example::error(
            "a privilege that the caller has not",
            &[("token_name", "more"), ("acl", "all")],
            "The “acl” argument is invalid: you do not have the privilege “all”.",
        )
        .by("asder"),
        Example::error(
            "a privilege that nobody has",
            &[("token_name", "more"), ("acl", "everything")],
            "The “acl” argument is invalid: no privilege (ACL) has this name.",
        )
        .by("asder"),
        Example::error(
            "an address that is none",
            &[("token_name", "more"), ("whitelist_ip", "192.0.2")],
            "The “whitelist_ip” argument is invalid: it is no IPv4 or IPv6 address",
        )
        .by("asder"),
        Example::error(
            "any address beside others",
            &[("token_name", "more"), ("whitelist_ip-0", "192.0.2.1"), ("whitelist_ip-1", "any")],
            "The “whitelist_ip” argument is invalid: “any” stands alone.",
        )
        .by("asder"),
        Example::error(
            "an end that has passed",
            &[("token_name", "more"), ("expires_at", "1000000000")],
            "The “expires_at” argument is invalid: it lies in the past.",
        )
        .by("asder"),
        Example::error(
            "a name that is taken",
            &[("token_name", "sandbox")],
            "The API token “sandbox” already exists.",
        )
        .by("asder"),
        Example::error(
            "a code with each call, for an account without a second factor",
            &[("token_name", "more"), ("otp_required", "1")],
            "The “otp_required” argument is invalid: the account has no second factor.",
        )
        .by("root"),
    ];
    type Args = Args;
    type Data = Created;

    async fn call(cx: &Ctx, args: Args) -> Result<Created, ApiError> {
        let limits = TokenLimits {
            expires: end(cx, args.expires_at.unwrap_or_default())?,
            acls: granted(cx, &args.acl)?,
            networks: networks(args.whitelist_ip)?.unwrap_or_default(),
            code_required: args.otp_required.0,
        };
        let (token, record) = create(cx, TokenKind::Whm, args.token_name, limits).await?;
        Ok(Created {
            acls: effective(cx, &record.limits).iter().collect(),
            create_time: record.created.seconds(),
            expires_at: record.limits.expires.map(Timestamp::seconds),
            name: record.name.clone(),
            token,
            whitelist_ips: whitelist(&record.limits),
        })
    }
}
