//! `[limits]`: how many connections are taken.

use std::num::NonZeroUsize;

use serde::Deserialize;

/// How many connections are taken.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// In all; one more is answered with 503.
    pub connections: NonZeroUsize,
    /// From one address (IPv4) or network (IPv6 /56); one more is answered with 429.
    pub connections_per_address: NonZeroUsize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { connections: at_least_one(10_000), connections_per_address: at_least_one(1_000) }
    }
}

fn at_least_one(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap_or(NonZeroUsize::MIN)
}
