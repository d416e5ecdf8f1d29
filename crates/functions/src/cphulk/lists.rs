//! The white and the black list of addresses, as arguments and in answers.

use std::collections::BTreeMap;

use portreeve_api::{ApiError, Ctx, Effect, Flag};
use portreeve_store::{AddressList, ListedAddresses};
use portreeve_types::{AddressRange, Invalid};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ListName {
    /// Addresses whose tries are all wrong.
    Black,
    /// Addresses that the address and user rules pass over.
    White,
}

impl ListName {
    pub(crate) fn list(self) -> AddressList {
        match self {
            ListName::Black => AddressList::Black,
            ListName::White => AddressList::White,
        }
    }
}

/// Why addresses are listed: at most 255 characters, none of them a control character.
#[derive(Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(try_from = "String")]
pub(crate) struct Comment(String);

impl TryFrom<String> for Comment {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Comment, Invalid> {
        if text.chars().count() > 255 || text.chars().any(char::is_control) {
            return Err(Invalid("a comment has at most 255 characters and is one line".to_owned()));
        }
        Ok(Comment(text))
    }
}

/// Who calls, as the lists see it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Requester {
    /// The caller's address.
    requester_ip: String,
    /// Whether it is on the white list.
    requester_ip_is_whitelisted: Flag,
}

impl Requester {
    pub(crate) async fn of(cx: &Ctx) -> Result<Requester, ApiError> {
        let address = cx.actor.address.to_canonical();
        let is_white = cx.store.address_lists().await?.is_white(address);
        Ok(Requester { requester_ip: address.to_string(), requester_ip_is_whitelisted: Flag(is_white) })
    }

    /// What to say to somebody who is not on the white list.
    pub(crate) fn warning(&self) -> Option<String> {
        let text = || format!("Your address {} is not on the white list.", self.requester_ip);
        (!self.requester_ip_is_whitelisted.0).then(text)
    }
}

/// What was put on a list.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Added {
    /// Addresses and ranges (`first-last`) that are on it now.
    ips_added: Vec<AddressRange>,
    /// Texts that are not, and why.
    ips_failed: BTreeMap<String, String>,
    /// Blocks that were removed: none, since listed addresses are passed over as they are.
    ip_blocks_removed: u64,
    /// Firewall rules that were removed: there are none.
    iptable_bans_removed: u64,
    /// The list.
    list_name: ListName,
    #[serde(flatten)]
    requester: Requester,
}

impl Added {
    /// Whether this text is none of an address that was added.
    pub(crate) fn failed(&self, text: &str) -> bool {
        self.ips_failed.contains_key(text)
    }
}

/// Puts addresses on a list. The white list lifts rules, which not every caller may, nor may every caller shut out whole
/// providers; the black one must not hold the caller.
pub(crate) async fn add(
    cx: &Ctx,
    list_name: ListName,
    records: Vec<(String, Comment)>,
) -> Result<Added, ApiError> {
    let is_wide = |text: &String| text.parse().is_ok_and(AddressRange::is_wide);
    if list_name == ListName::White || records.iter().any(|(text, _)| is_wide(text)) {
        Effect::Rule.check(cx).await?;
    }
    let (mut entries, mut ips_failed) = (Vec::new(), BTreeMap::new());
    for (text, Comment(comment)) in records {
        match text.parse::<AddressRange>() {
            Ok(addresses) if list_name == ListName::Black && addresses.contains(cx.actor.address) => {
                ips_failed.insert(text, "It is your own address, or your own is among these.".to_owned());
            }
            Ok(addresses) => entries.push(ListedAddresses { addresses, comment }),
            Err(error) => {
                let why = format!("Invalid IP address or range: “{text}”: {error}.");
                ips_failed.insert(text, why);
            }
        }
    }
    if entries.is_empty() {
        let why = ips_failed.into_values().next().unwrap_or_else(|| "No address was given.".to_owned());
        return Err(ApiError::refused(why));
    }
    if !cx.store.list_addresses(list_name.list(), &entries).await? {
        return Err(ApiError::refused("The list is full: it has 20,000 entries at most."));
    }
    let ips_added: Vec<AddressRange> = entries.into_iter().map(|entry| entry.addresses).collect();
    tracing::warn!(by = %cx.actor.log_name, list = ?list_name, addresses = ips_added.len(), "addresses were listed");
    let requester = Requester::of(cx).await?;
    Ok(Added { ips_added, ips_failed, ip_blocks_removed: 0, iptable_bans_removed: 0, list_name, requester })
}
