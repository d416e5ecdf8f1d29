//! `[server]`: who the server is, and where its data lies.

use std::path::PathBuf;

use portreeve_types::{DomainName, Invalid};
use serde::Deserialize;

use super::path::absolute;

/// Who the server is, and where its data lies.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// The directory of keys, records, homes and logs.
    #[serde(deserialize_with = "absolute")]
    pub data_dir: PathBuf,
    /// The system user that the server becomes when root starts it; never root.
    pub user: SystemUser,
    /// The machine's name, for pages and the server's own certificate; what the system says when absent.
    pub host_name: Option<DomainName>,
}

impl Default for Server {
    fn default() -> Server {
        Server {
            data_dir: PathBuf::from("/var/lib/portreeve"),
            user: SystemUser::named("portreeve"),
            host_name: None,
        }
    }
}

/// The name of a system user other than root.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct SystemUser(String);

impl SystemUser {
    /// A name that is known to be one.
    pub(super) fn named(name: &'static str) -> SystemUser {
        SystemUser(name.to_owned())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SystemUser {
    type Error = Invalid;

    fn try_from(name: String) -> Result<SystemUser, Invalid> {
        let good = !name.is_empty()
            && name.len() <= 32
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        match name.as_str() {
            "root" => Err(Invalid("the server does not run as root: name another user".to_owned())),
            _ if good => Ok(SystemUser(name)),
            _ => Err(Invalid(format!("“{name}” is no name of a system user"))),
        }
    }
}
