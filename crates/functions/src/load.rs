//! How busy the server is, as `loadavg` and `systemloadavg` tell it.

use portreeve_api::{ApiError, Ctx};
use portreeve_drivers::LoadAverages;
use schemars::JsonSchema;
use serde::Serialize;

/// How many programs ran or waited on average, as decimal numbers with two digits.
#[derive(Serialize, JsonSchema)]
pub struct Load {
    /// Over the last minute.
    one: String,
    /// Over the last five minutes.
    five: String,
    /// Over the last fifteen minutes.
    fifteen: String,
}

impl Load {
    /// As it is at this moment.
    pub(crate) async fn now(cx: &Ctx) -> Result<Load, ApiError> {
        let LoadAverages { one, five, fifteen } = cx.drivers.system.load_averages().await?;
        Ok(Load { one, five, fifteen })
    }
}
