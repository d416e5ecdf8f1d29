//! When and from where tokens were last used: kept in memory on every call, written once a minute.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

use portreeve_types::{Timestamp, TokenId};

use super::ApiTokenRecord;
use crate::error::StoreError;
use crate::locked::locked;
use crate::row::Row;
use crate::store::{Inner, Store};
use crate::trail::Trail;
use crate::value::values;

/// How many uses one transaction writes: a write on SQLite holds up all others.
const CHUNK: usize = 500;

/// A token's last use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// From where.
    pub address: IpAddr,
}

impl LastUse {
    pub(super) fn from_row(row: &Row) -> Result<Option<LastUse>, StoreError> {
        let Some(at) = row.optional_integer("last_used")? else { return Ok(None) };
        Ok(Some(LastUse { at: Timestamp::from_seconds(at), address: row.parsed("last_address")? }))
    }
}

/// The uses since they were last written: one entry for each token, however often it was used.
#[derive(Default)]
pub(crate) struct TokenUses(Mutex<HashMap<TokenId, LastUse>>);

impl TokenUses {
    /// The use of a token that is not written yet.
    pub(super) fn of(&self, token: TokenId) -> Option<LastUse> {
        locked(&self.0).get(&token).copied()
    }

    /// Notes uses, unless a later one is known.
    fn note(&self, uses: impl IntoIterator<Item = (TokenId, LastUse)>) {
        let mut noted = locked(&self.0);
        for (token, last_use) in uses {
            let known = noted.entry(token).or_insert(last_use);
            if known.at <= last_use.at {
                *known = last_use;
            }
        }
    }
}

impl Store {
    /// Notes that a token was used. Writes nothing.
    pub fn note_token_use(&self, token: &ApiTokenRecord, address: IpAddr) {
        self.token_uses.note([(token.id, LastUse { at: self.now(), address: address.to_canonical() })]);
    }
}

impl Inner {
    /// Writes the uses of tokens since the last call.
    pub(crate) async fn flush_token_uses(&self) -> Result<(), StoreError> {
        let mut uses: Vec<_> = std::mem::take(&mut *locked(&self.token_uses.0)).into_iter().collect();
        // one order on every node, so that none waits for the other
        uses.sort_unstable_by_key(|(token, _)| token.0);
        for chunk in uses.chunks(CHUNK) {
            if let Err(error) = self.write_token_uses(chunk).await {
                self.token_uses.note(uses);
                return Err(error);
            }
        }
        Ok(())
    }

    async fn write_token_uses(&self, uses: &[(TokenId, LastUse)]) -> Result<(), StoreError> {
        let mut write = self.write_of_itself().await?;
        for (token, LastUse { at, address }) in uses {
            // another node may have seen it later
            let update = "UPDATE api_tokens SET last_used = $2, last_address = $3
                WHERE id = $1 AND (last_used IS NULL OR last_used <= $2)";
            write.execute(update, values![*token, *at, address.to_string()]).await?;
        }
        write.commit(Trail::nothing("a use changes nothing")).await
    }
}
