//! Passwords: how records hold them, the bounded pool that evaluates them, and how strong they are.

mod argon2id;
mod crypt3;
mod hasher;
mod pool;
#[cfg(test)]
mod properties;
mod record;
mod strength;
#[cfg(test)]
mod tests;

pub use argon2id::Cost;
pub(crate) use argon2id::{SALT_BYTES, derive_key};
pub use hasher::{Hasher, Verdict};
pub use pool::{Busy, Load};
pub use record::{MAX_PASSWORD_BYTES, PasswordHash, Scheme};
pub use strength::strength;
