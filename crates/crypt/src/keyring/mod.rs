//! The installation's keys: keyed digests of secrets, and the sealing of those that must be read back.

mod digest;
mod export;
mod key;
mod seal;

pub use digest::{Digest, Purpose};
pub use key::Keyring;
pub use seal::{SealContext, SealError};
