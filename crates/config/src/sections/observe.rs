//! `[observe]`: health and metrics.

use std::net::SocketAddr;

use serde::Deserialize;

/// Health and metrics, on a listener of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Observe {
    /// Its address and port; there is none when this is absent.
    pub listen: Option<SocketAddr>,
}
