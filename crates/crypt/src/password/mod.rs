//! Passwords: how records hold them, and the bounded pool that evaluates them.

mod argon2id;
mod crypt3;
mod hasher;
mod pool;
mod record;
#[cfg(test)]
mod tests;

pub use argon2id::Cost;
pub(crate) use argon2id::{SALT_BYTES, derive_key};
pub use hasher::{Hasher, Verdict};
pub use pool::Busy;
pub use record::{MAX_PASSWORD_BYTES, PasswordHash, Scheme};
