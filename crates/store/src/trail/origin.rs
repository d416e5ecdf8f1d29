//! Who did something: the half of an entry that all events share.

use std::fmt;
use std::net::IpAddr;

use portreeve_types::{LoginName, RequestId, Service, TokenName, UserName};
use serde::{Serialize, Serializer};

/// Somebody in whose name the store is written to.
pub trait Originator: Send + Sync {
    /// In words, for the trail.
    fn origin(&self) -> Origin;
}

/// Who did something, on whose authority, by what means and from where. What does not apply is none.
#[derive(Clone, Debug, Serialize)]
pub struct Origin {
    /// The name that was proven; none where nobody was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<LoginName>,
    /// Who acts under that name on an authority of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub possessor: Option<UserName>,
    /// What was proven.
    pub means: Means,
    /// The API token's name, where that was the means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenName>,
    /// The session, by the short form of its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Whether it was a program that nobody gave a credential of its own.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub program: bool,
    /// The system user that called over the API socket, by its number: the kernel's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_user: Option<u32>,
    /// From where; none on the API socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The service that it came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    /// The request that it came with: the answer and the request log have the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// The function that was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<Call>,
}

impl Origin {
    /// An origin that is known by its means only.
    #[must_use]
    pub fn of(means: Means) -> Origin {
        Origin {
            who: None,
            possessor: None,
            means,
            token: None,
            session: None,
            program: false,
            system_user: None,
            address: None,
            service: None,
            request: None,
            call: None,
        }
    }
}

impl Originator for Origin {
    fn origin(&self) -> Origin {
        self.clone()
    }
}

/// By what means somebody did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// Nothing is proven yet.
    Unproven,
    /// A password, in this request or at the login of the session.
    Password,
    /// A password and a code of the second factor.
    PasswordAndCode,
    /// A link that somebody else made.
    Link,
    /// A page that is kept open.
    KeptPage,
    /// An API token.
    Token,
    /// An access hash.
    AccessHash,
    /// Being a system user of the machine, on the API socket.
    SystemUser,
    /// The command line of the machine, on the records themselves.
    Command,
    /// The server, of itself.
    Server,
}

/// A function, as it was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The API that it belongs to.
    pub api: &'static str,
    /// Its module, where the API has modules.
    pub module: Option<&'static str>,
    /// Its name.
    pub function: &'static str,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.module {
            Some(module) => write!(f, "{} {module}::{}", self.api, self.function),
            None => write!(f, "{} {}", self.api, self.function),
        }
    }
}

impl Serialize for Call {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
