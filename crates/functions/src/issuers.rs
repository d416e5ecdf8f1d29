//! Under which name one-time-code apps show an account.

use portreeve_api::{ApiError, Ctx};
use portreeve_store::{Account, Role};
use portreeve_types::Invalid;
use schemars::JsonSchema;
use serde::Deserialize;

/// The setting with the name for the whole system; without it the server's own name stands.
const SYSTEM_ISSUER: &str = "SecurityPolicy::TwoFactorAuth::issuer";

/// The name for an account: its reseller's, or else the system's.
pub(crate) async fn issuer_for(cx: &Ctx, account: &Account) -> Result<String, ApiError> {
    let reseller = match account.role {
        Role::Reseller(_) => Some(account.id),
        Role::Administrator | Role::User => account.owner,
    };
    if let Some(reseller) = reseller
        && let Some(issuer) = cx.store.issuer(reseller).await?
    {
        return Ok(issuer);
    }
    system_issuer(cx).await
}

/// The name for the whole system.
pub(crate) async fn system_issuer(cx: &Ctx) -> Result<String, ApiError> {
    let chosen = cx.store.setting(SYSTEM_ISSUER).await?.filter(|issuer| !issuer.is_empty());
    Ok(chosen.unwrap_or_else(|| cx.host_name.clone()))
}

/// Takes the name that the caller chose: an administrator's is the system's, a reseller's its own.
pub(crate) async fn choose_issuer(cx: &Ctx, issuer: &ChosenIssuer) -> Result<(), ApiError> {
    let caller = &cx.actor.account;
    match caller.role {
        Role::Administrator => {
            cx.store.set_setting(SYSTEM_ISSUER, issuer.name().unwrap_or_default()).await?;
        }
        Role::Reseller(_) | Role::User => cx.store.set_issuer(caller.id, issuer.name()).await?,
    }
    Ok(())
}

/// A name that somebody chooses: up to 100 characters without a colon, which separates it from the account's name
/// in the address that apps read. An empty one takes an earlier choice back.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct ChosenIssuer(String);

impl ChosenIssuer {
    /// The name; none when it is empty.
    pub(crate) fn name(&self) -> Option<&str> {
        (!self.0.is_empty()).then_some(self.0.as_str())
    }
}

impl TryFrom<String> for ChosenIssuer {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.chars().count() <= 100 && !text.chars().any(|c| c == ':' || c.is_control()) {
            Ok(ChosenIssuer(text.to_owned()))
        } else {
            Err(Invalid(
                "an issuer has up to 100 characters without colons and control characters".to_owned(),
            ))
        }
    }
}

impl JsonSchema for ChosenIssuer {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ChosenIssuer".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "maxLength": 100, "pattern": "^[^:]*$" })
    }
}
