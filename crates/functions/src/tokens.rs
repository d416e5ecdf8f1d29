//! API tokens, as UAPI and WHM offer them.

use std::str::FromStr;
use std::sync::Arc;

use portreeve_api::{ApiError, Ctx, changed_meanwhile, stepped_up};
use portreeve_store::{
    Acting, ApiTokenRecord, CreateTokenError, NewToken, Role, TokenChange, TokenKind, TokenLimits,
    UpdateTokenError,
};
use portreeve_types::{Invalid, Network, Subject, Timestamp, TokenName};
use schemars::JsonSchema;
use serde::Deserialize;

/// What a token is told: one that could make others could not be revoked any more.
const CANNOT: &str = "cannot create or change API tokens";

/// The most networks that one token may be limited to.
const NETWORKS: usize = 100;

/// Makes a token of the account that the call acts on.
pub(crate) async fn create(
    cx: &Ctx,
    kind: TokenKind,
    name: TokenName,
    limits: TokenLimits,
) -> Result<(String, Arc<ApiTokenRecord>), ApiError> {
    const FAILED: &str = "Failed to create the API token";
    let acting = may_make(cx, FAILED).await?;
    check_code_required(cx, limits.code_required).await?;
    let new = NewToken { account: cx.account.id, kind, name: name.clone(), limits, token: None };
    match cx.store.create_api_token(new, Some(acting)).await {
        Ok((token, record)) => Ok((token.expose().to_owned(), record)),
        Err(CreateTokenError::NameTaken) => Err(taken(&name)),
        Err(CreateTokenError::NotActing) => Err(changed_meanwhile(FAILED)),
        // 165 random bits that exist already: a broken source of randomness, not the caller's doing
        Err(CreateTokenError::TokenTaken) => Err(ApiError::refused("No token could be made; try again.")),
        Err(CreateTokenError::Store(error)) => Err(error.into()),
    }
}

/// Changes a token of the account that the call acts on.
pub(crate) async fn update(
    cx: &Ctx,
    kind: TokenKind,
    name: &TokenName,
    change: TokenChange,
) -> Result<Arc<ApiTokenRecord>, ApiError> {
    const FAILED: &str = "Failed to change the API token";
    let acting = may_make(cx, FAILED).await?;
    check_code_required(cx, change.code_required == Some(true)).await?;
    let new_name = change.name.clone();
    let updated = cx.store.update_api_token(cx.account.id, kind, name, change, Some(acting)).await;
    updated.map_err(|error| match error {
        UpdateTokenError::Unknown => ApiError::refused(format!("The API token “{name}” does not exist.")),
        UpdateTokenError::NameTaken => taken(new_name.as_ref().unwrap_or(name)),
        UpdateTokenError::NotActing => changed_meanwhile(FAILED),
        UpdateTokenError::Store(error) => error.into(),
    })
}

/// Whoever makes or changes tokens of the account that the call acts on: the account itself, or root. Its owner may not:
/// a token would outlast the ownership, and the account's own password, by which the owner is refused as well.
async fn may_make<'a>(cx: &'a Ctx, failed: &str) -> Result<Acting<'a>, ApiError> {
    let acting = stepped_up(cx, failed, CANNOT).await?;
    let caller = &cx.actor.account;
    if cx.account.id != caller.id && caller.role != Role::Administrator {
        return Err(ApiError::refused(format!(
            "{failed}: only “{}” itself and root make and change its API tokens.",
            cx.account.user
        )));
    }
    Ok(acting)
}

fn taken(name: &TokenName) -> ApiError {
    ApiError::refused(format!("The API token “{name}” already exists."))
}

/// A token that needs a code which nobody can give would be of no use.
async fn check_code_required(cx: &Ctx, required: bool) -> Result<(), ApiError> {
    if required && cx.store.two_factor(Subject::Account(cx.account.id)).await?.is_none() {
        return Err(ApiError::refused(
            "The “otp_required” argument is invalid: the account has no second factor.",
        ));
    }
    Ok(())
}

/// The end that an `expires_at` argument names; 0 is none.
pub(crate) fn end(cx: &Ctx, expires_at: i64) -> Result<Option<Timestamp>, ApiError> {
    if expires_at == 0 {
        return Ok(None);
    }
    let end = Timestamp::from_seconds(expires_at);
    if end <= cx.clock.now() {
        return Err(ApiError::refused("The “expires_at” argument is invalid: it lies in the past."));
    }
    Ok(Some(end))
}

/// One value of `whitelist_ip`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Whitelisted {
    /// `any`: from anywhere.
    Anywhere,
    /// From this network.
    Network(Network),
}

impl FromStr for Whitelisted {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "any" { Ok(Whitelisted::Anywhere) } else { text.parse().map(Whitelisted::Network) }
    }
}

impl TryFrom<String> for Whitelisted {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl JsonSchema for Whitelisted {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Whitelisted".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let description = "an IPv4 or IPv6 address, a network (192.0.2.0/24), or any";
        schemars::json_schema!({ "type": "string", "description": description })
    }
}

/// The networks that `whitelist_ip` arguments name: none when there are no arguments, an empty list for `any`.
pub(crate) fn networks(whitelist: Vec<Whitelisted>) -> Result<Option<Vec<Network>>, ApiError> {
    let (given, mut networks) = (whitelist.len(), Vec::with_capacity(whitelist.len().min(NETWORKS)));
    for entry in whitelist {
        if let Whitelisted::Network(network) = entry {
            networks.push(network);
        }
    }
    let invalid = |why| Err(ApiError::refused(format!("The “whitelist_ip” argument is invalid: {why}.")));
    match (given, networks.len()) {
        (0, _) => Ok(None),
        (_, 0) => Ok(Some(networks)),
        (given, named) if named < given => invalid("“any” stands alone".to_owned()),
        (_, named) if named > NETWORKS => invalid(format!("there are more than {NETWORKS}")),
        _ => Ok(Some(networks)),
    }
}
