//! The two lists of addresses: white ones, which the address and user rules pass over, and black ones, whose tries are
//! all wrong. Who is on both is white.

use std::net::IpAddr;
use std::sync::Arc;

use portreeve_types::AddressRange;
use serde::Serialize;

use crate::change::Change;
use crate::error::StoreError;
use crate::store::Store;
use crate::trail::InstallationEvent;
use crate::value::values;
use crate::writer::Writer;

/// Entries that a list may have.
const MOST: i64 = 20_000;

/// One of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressList {
    /// Addresses that the address and user rules pass over.
    White,
    /// Addresses whose tries are all wrong.
    Black,
}

impl AddressList {
    fn number(self) -> i64 {
        match self {
            AddressList::White => 0,
            AddressList::Black => 1,
        }
    }
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAddresses {
    /// The addresses.
    pub addresses: AddressRange,
    /// Why they are listed.
    pub comment: String,
}

/// Both lists, as tries are held against them.
#[derive(Default)]
pub struct AddressLists {
    white: Ranges,
    black: Ranges,
}

impl AddressLists {
    /// Whether an address is on the white list.
    #[must_use]
    pub fn is_white(&self, address: IpAddr) -> bool {
        self.white.contain(address)
    }

    /// Whether an address is on the black list, and not on the white one.
    #[must_use]
    pub fn is_black(&self, address: IpAddr) -> bool {
        self.black.contain(address) && !self.is_white(address)
    }
}

/// Ranges in order, none of which begins within another.
#[derive(Default)]
struct Ranges(Vec<(IpAddr, IpAddr)>);

impl Ranges {
    fn of(mut ranges: Vec<AddressRange>) -> Ranges {
        ranges.sort_unstable();
        let mut apart: Vec<(IpAddr, IpAddr)> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match apart.last_mut() {
                Some((_, last)) if range.first() <= *last => *last = range.last().max(*last),
                _ => apart.push((range.first(), range.last())),
            }
        }
        Ranges(apart)
    }

    fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let after = self.0.partition_point(|(first, _)| *first <= address);
        after.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|(_, last)| address <= *last)
    }
}

impl Store {
    /// Both lists.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn address_lists(&self) -> Result<Arc<AddressLists>, StoreError> {
        let filled = self.models.address_lists.get(&(), || async {
            let rows = self.db.rows("SELECT list, addresses FROM address_lists", values![]).await?;
            let (mut white, mut black) = (Vec::new(), Vec::new());
            for row in rows {
                let list = if row.integer("list")? == 0 { &mut white } else { &mut black };
                list.push(row.parsed("addresses")?);
            }
            Ok(Some(Arc::new(AddressLists { white: Ranges::of(white), black: Ranges::of(black) })))
        });
        Ok(filled.await?.unwrap_or_default())
    }

    /// What is on a list, in order.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn listed_addresses(&self, list: AddressList) -> Result<Vec<ListedAddresses>, StoreError> {
        let sql = "SELECT addresses, comment FROM address_lists WHERE list = $1";
        let rows = self.db.rows(sql, values![list.number()]).await?;
        let entry = |row: &crate::row::Row| {
            Ok(ListedAddresses { addresses: row.parsed("addresses")?, comment: row.text("comment")? })
        };
        let mut listed = rows.iter().map(entry).collect::<Result<Vec<_>, StoreError>>()?;
        listed.sort_unstable_by_key(|entry| entry.addresses);
        Ok(listed)
    }
}

impl Writer {
    /// Puts addresses on a list, or other comments to them: all or none. Answers whether it did: a list has an end.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn list_addresses(
        &self,
        list: AddressList,
        entries: &[ListedAddresses],
    ) -> Result<bool, StoreError> {
        let upsert = "INSERT INTO address_lists (list, addresses, comment, added) VALUES ($1, $2, $3, $4)
            ON CONFLICT (list, addresses) DO UPDATE SET comment = excluded.comment
            WHERE address_lists.comment <> excluded.comment";
        let mut write = self.write().await?;
        let mut listed = Vec::new();
        for ListedAddresses { addresses, comment } in entries {
            let record = values![list.number(), addresses.to_string(), comment.as_str(), self.now()];
            if write.execute(upsert, record).await? > 0 {
                listed.push(*addresses);
            }
        }
        let count = "SELECT COUNT(*) AS entries FROM address_lists WHERE list = $1";
        let row = write.row(count, values![list.number()]).await?;
        if row.map_or(Ok(0), |row| row.integer("entries"))? > MOST {
            return Ok(false);
        }
        write.changed(Change::AddressLists);
        let left =
            (!listed.is_empty()).then_some(InstallationEvent::AddressesListed { list, addresses: listed });
        write.commit(Vec::from_iter(left)).await?;
        Ok(true)
    }

    /// Takes addresses off a list. Answers those that were on it.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn unlist_addresses(
        &self,
        list: AddressList,
        entries: &[AddressRange],
    ) -> Result<Vec<AddressRange>, StoreError> {
        let removal = "DELETE FROM address_lists WHERE list = $1 AND addresses = $2";
        let mut write = self.write().await?;
        let mut removed = Vec::new();
        for addresses in entries {
            if write.execute(removal, values![list.number(), addresses.to_string()]).await? > 0 {
                removed.push(*addresses);
            }
        }
        write.changed(Change::AddressLists);
        let unlisted = InstallationEvent::AddressesUnlisted { list, addresses: removed.clone() };
        let left = (!removed.is_empty()).then_some(unlisted);
        write.commit(Vec::from_iter(left)).await?;
        Ok(removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_ranges_that_overlap_and_in_no_gap_between_them() {
        let of = [
            "192.0.2.10-192.0.2.20",
            "192.0.2.0/24",
            "198.51.100.7",
            "192.0.2.200-192.0.3.9",
            "2001:db8::/32",
        ];
        let ranges = Ranges::of(of.iter().map(|text| text.parse().unwrap()).collect());
        for (address, inside) in [
            ("192.0.2.0", true),
            ("192.0.2.21", true),
            ("192.0.3.9", true),
            ("192.0.3.10", false),
            ("192.0.1.255", false),
            ("198.51.100.7", true),
            ("198.51.100.8", false),
            ("::ffff:198.51.100.7", true),
            ("2001:db8:ffff::1", true),
            ("2001:db9::", false),
        ] {
            assert_eq!(ranges.contain(address.parse().unwrap()), inside, "{address}");
        }
    }
}
