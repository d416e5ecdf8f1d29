//! Passwords, one-time codes, tokens and the sealing of secrets; the only source of randomness.
//!
//! Nothing here reads a clock, a file or the network. Types that hold a secret have neither `Debug` nor
//! `Display`, and forget it when they are dropped.

mod access_hash;
mod api_token;
pub mod compare;
mod entropy;
mod hex;
mod keyring;
mod password;
pub mod random;
mod recovery_code;
mod totp;

pub use access_hash::AccessHash;
pub use api_token::ApiToken;
pub use entropy::{Entropy, SystemEntropy};
pub use keyring::{Digest, Keyring, Purpose, SealContext, SealError};
pub use password::{Busy, Cost, Hasher, Load, MAX_PASSWORD_BYTES, PasswordHash, Scheme, Verdict, strength};
pub use recovery_code::RecoveryCode;
pub use secrecy::{ExposeSecret, SecretString};
pub use totp::{Algorithm, Code, GeneratedCode, TotpSecret, generate_code};
pub use zeroize::Zeroizing;

#[cfg(test)]
mod testing;
