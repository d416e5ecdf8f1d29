//! `[store]`: where the records are.

use std::path::PathBuf;

use portreeve_types::Invalid;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// Where the records are: one file, or one database.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Written")]
pub enum Store {
    /// A SQLite file; below the data directory when the path is not absolute.
    Sqlite(PathBuf),
    /// A PostgreSQL database's address, which may hold a password.
    Postgres(SecretString),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    sqlite: Option<PathBuf>,
    postgres: Option<String>,
}

impl Default for Store {
    fn default() -> Store {
        Store::Sqlite(PathBuf::from("records/store.sqlite"))
    }
}

impl TryFrom<Written> for Store {
    type Error = Invalid;

    fn try_from(written: Written) -> Result<Store, Invalid> {
        match (written.sqlite, written.postgres) {
            (None, None) => Ok(Store::default()),
            (Some(path), None) => Ok(Store::Sqlite(path)),
            (None, Some(address)) if is_address(&address) => Ok(Store::Postgres(address.into())),
            // the address is not shown: it may hold a password
            (None, Some(_)) => Err(Invalid("postgres is an address that begins with postgres://".to_owned())),
            (Some(_), Some(_)) => Err(Invalid("name either sqlite or postgres, not both".to_owned())),
        }
    }
}

impl PartialEq for Store {
    fn eq(&self, other: &Store) -> bool {
        match (self, other) {
            (Store::Sqlite(one), Store::Sqlite(other)) => one == other,
            (Store::Postgres(one), Store::Postgres(other)) => one.expose_secret() == other.expose_secret(),
            _ => false,
        }
    }
}

fn is_address(text: &str) -> bool {
    text.starts_with("postgres://") || text.starts_with("postgresql://")
}
