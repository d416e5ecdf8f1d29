//! Values that are parsed once, at the edge, and carry their rule from then on. No I/O.

mod acl;
mod address;
mod address_pattern;
mod clock;
mod contact;
mod feature;
mod ids;
mod locale;
mod login;
mod names;
mod network;
mod parsed;
mod plan;
mod ports;
mod quota;
mod security_token;
mod service;

pub use acl::{Acl, AclSet};
pub use address::AddressPrefix;
pub use address_pattern::AddressPattern;
pub use clock::{Clock, SystemClock, Timestamp};
pub use contact::ContactAddress;
pub use feature::Feature;
pub use ids::{AccountId, FtpLoginId, MailboxId, Subject, TokenId};
pub use locale::Locale;
pub use login::LoginName;
pub use names::{DomainName, LocalPart, MailAddress, TokenName, UserName};
pub use network::Network;
pub use parsed::Invalid;
pub use plan::PlanName;
pub use ports::Ports;
pub use quota::Quota;
pub use security_token::SecurityToken;
pub use service::{Service, Services};
