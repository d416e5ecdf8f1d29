//! The installation as a whole: its settings, lists, counters and keys.

use std::net::IpAddr;

use portreeve_types::{AddressRange, NodeName};

use super::events;
use crate::throttle::AddressList;

events! {
    /// What happens to the whole installation.
    InstallationEvent {
        /// Wrong tries were forgiven, but those at codes and answers.
        FailuresForgiven = "failures_forgiven" {
            /// The only addresses that it holds for; none for all of them.
            only_from: Option<Vec<IpAddr>>,
            /// How many counters and failed logins were removed.
            removed: u64,
        },
        /// Addresses were put on the white or the black list, or got other comments there.
        AddressesListed = "addresses_listed" {
            /// The list.
            list: AddressList,
            /// The addresses, networks and ranges.
            addresses: Vec<AddressRange>,
        },
        /// Addresses were taken off the white or the black list.
        AddressesUnlisted = "addresses_unlisted" {
            /// The list.
            list: AddressList,
            /// The addresses, networks and ranges.
            addresses: Vec<AddressRange>,
        },
        /// A policy or another setting was changed.
        SettingChanged = "setting_changed" {
            /// Its key.
            setting: String,
            /// What it was; none where it never was set.
            old: Option<String>,
            /// What it is.
            new: String,
        },
        /// The records' secrets were sealed with a new key, which ends all sessions.
        KeysRotated = "keys_rotated" {
            /// The old key's name.
            old: String,
            /// The new key's name.
            new: String,
        },
        /// The oldest entries of a chain of this trail were removed.
        TrailCut = "trail_cut" {
            /// The node whose chain it is.
            chain: NodeName,
            /// How many.
            removed: i64,
            /// The number of the last of them.
            last: i64,
            /// Its hash, which the chain goes on from.
            hash: String,
            /// What was to be removed is older, in seconds since 1970.
            before: i64,
        },
    }
}
