//! `get_password_strength`: how strong a password is.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_crypt::strength;
use portreeve_types::Services;
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::passwords::GivenPassword;

/// Tells how strong a password is, by the figures that `minpwstrength` is in.
pub struct GetPasswordStrength;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The password.
    password: GivenPassword,
}

/// The figure.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// From 0 to 100.
    strength: u8,
}

impl Function for GetPasswordStrength {
    const NAME: Name = Name::whm("get_password_strength", V0::Bare);
    const SUMMARY: &'static str = "Tells how strong a password is, from 0 to 100.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Reseller;
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("one that everybody tries", &[("password", "password")], r#"{"strength":3}"#)
            .by("asder"),
        Example::data("a strong one", &[("password", "correct horse battery staple")], r#"{"strength":100}"#)
            .by("asder"),
        Example::error("none", &[], "The “password” argument is required.").by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(_: &Ctx, args: Args) -> Result<Data, ApiError> {
        Ok(Data { strength: strength(&args.password.into_secret()) })
    }
}
