//! API tokens for WHM: their privileges, and how they are shown.

use std::collections::BTreeMap;

use portreeve_api::{ApiError, Ctx, Flag};
use portreeve_store::{ListedToken, TokenLimits};
use portreeve_types::{Acl, AclSet, Network, Timestamp, TokenName};
use schemars::JsonSchema;
use serde::Serialize;

/// One token, without the token itself.
#[derive(Serialize, JsonSchema)]
pub struct Details {
    /// Every privilege, and whether the token has it now: 0 or 1.
    acls: BTreeMap<String, Flag>,
    /// When it was made, in seconds since 1970.
    create_time: i64,
    /// When it ends, in seconds since 1970; null for never.
    expires_at: Option<i64>,
    /// What it is called.
    name: TokenName,
    /// The addresses and networks that it is good from; null for anywhere.
    whitelist_ips: Option<Vec<Network>>,
    /// When it was last used, in seconds since 1970; null for never. A field of ours.
    last_used: Option<i64>,
    /// From which address; null for never. A field of ours.
    last_used_from: Option<String>,
    /// Whether each call with it needs a code: 0 or 1. A field of ours.
    otp_required: Flag,
}

impl Details {
    /// A token of the account that the call acts on.
    pub(crate) fn of(cx: &Ctx, token: &ListedToken) -> Details {
        let (record, limits) = (&token.record, &token.record.limits);
        let acls = effective(cx, limits);
        Details {
            acls: Acl::ALL.iter().map(|acl| (acl.to_string(), Flag(acls.grants(*acl)))).collect(),
            create_time: record.created.seconds(),
            expires_at: limits.expires.map(Timestamp::seconds),
            name: record.name.clone(),
            whitelist_ips: whitelist(limits),
            last_used: token.last_use.map(|last_use| last_use.at.seconds()),
            last_used_from: token.last_use.map(|last_use| last_use.address.to_string()),
            otp_required: Flag(limits.code_required),
        }
    }
}

/// The networks as answers have them: null for anywhere.
pub(crate) fn whitelist(limits: &TokenLimits) -> Option<Vec<Network>> {
    (!limits.networks.is_empty()).then(|| limits.networks.clone())
}

/// What a token may do now: its own privileges within its owner's.
pub(crate) fn effective(cx: &Ctx, limits: &TokenLimits) -> AclSet {
    let owner = cx.account.acls();
    limits.acls.map_or(owner, |own| own.intersect(owner))
}

/// The privileges that a token is to be limited to; none when none are named. Nobody gives what he has not.
pub(crate) fn granted(cx: &Ctx, acls: &[Acl]) -> Result<Option<AclSet>, ApiError> {
    if let Some(acl) = acls.iter().find(|acl| !cx.actor.acls.grants(**acl)) {
        return Err(ApiError::refused(format!(
            "The “acl” argument is invalid: you do not have the privilege “{acl}”."
        )));
    }
    Ok((!acls.is_empty()).then(|| acls.iter().copied().collect()))
}
