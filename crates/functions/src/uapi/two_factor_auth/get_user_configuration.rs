//! `TwoFactorAuth::get_user_configuration`: whether the caller has a second factor.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{Feature, Services};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::issuers::issuer_for;
use crate::second_factor::own_subject;

/// Tells whether the caller has a second factor; never its secret.
pub struct GetUserConfiguration;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// The state of the caller's second factor.
#[derive(Serialize, JsonSchema)]
pub struct State {
    /// Whether it is set up: 0 or 1.
    is_enabled: Flag,
    /// The issuer's name, as apps show it.
    issuer: String,
    /// How many recovery codes are left; a field of ours.
    recovery_codes_left: usize,
}

impl Function for GetUserConfiguration {
    const NAME: Name = Name::uapi("TwoFactorAuth", "get_user_configuration");
    const SUMMARY: &'static str = "Tells whether the caller has a second factor; never its secret.";
    const SERVICES: Services = Services::CPANEL.and(Services::WEBMAIL);
    const ACCESS: Access = Access::FeatureOrMailbox(Feature::TwoFactorAuth);
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("an account with a second factor", &[], r#"{"is_enabled":1}"#),
        Example::data("one without", &[], r#"{"is_enabled":0,"recovery_codes_left":0}"#).by("plain"),
    ];
    type Args = Args;
    type Data = State;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<State, ApiError> {
        let subject = own_subject(cx)?;
        Ok(State {
            is_enabled: Flag(cx.store.two_factor(subject).await?.is_some()),
            issuer: issuer_for(cx, &cx.account).await?,
            recovery_codes_left: cx.store.recovery_codes_left(subject).await?,
        })
    }
}
