//! The hashes of crypt(3): SHA-512 crypt, which we write, and SHA-256 crypt, bcrypt and yescrypt, which we read.
//!
//! What an imported hash may cost has bounds: beyond them it is not evaluated, so that no record can exhaust the
//! machine.

use sha_crypt::password_hash::Error;
use sha_crypt::{Algorithm, CustomizedPasswordHasher, Params, PasswordVerifier, ShaCrypt};
use yescrypt::Yescrypt;

use crate::entropy::Entropy;

/// The rounds of our own SHA-512 crypt hashes; also what a record that names none means.
const ROUNDS: u32 = 5000;
/// About a second.
const MOST_ROUNDS: u32 = 1_000_000;
/// 16 characters, as many as SHA-crypt uses.
const SALT_BYTES: usize = 12;

/// About two seconds.
const HIGHEST_BCRYPT_COST: u32 = 15;
/// bcrypt ignores what follows: two long passwords with the same beginning would be one.
const BCRYPT_PASSWORD_BYTES: usize = 72;

const MOST_YESCRYPT_MEMORY: u64 = 256 * 1024 * 1024;

/// The record of a new SHA-512 crypt hash.
#[expect(clippy::expect_used, reason = "the parameters are within SHA-crypt's bounds")]
pub(super) fn hash(password: &[u8], entropy: &dyn Entropy) -> String {
    let mut salt = [0; SALT_BYTES];
    entropy.fill(&mut salt);
    let params = Params::new(ROUNDS).expect("rounds within bounds");
    ShaCrypt::new(Algorithm::Sha512Crypt, params)
        .hash_password_customized(password, &salt, None, None, params)
        .expect("a salt of 16 characters")
        .to_string()
}

/// Whether a record is SHA-512 crypt with the rounds that [`hash`] takes.
pub(super) fn is_of_today(record: &str) -> bool {
    record.starts_with("$6$") && rounds(record) == Some(ROUNDS)
}

/// Whether the password is that of a `$5$` or `$6$` record, or nothing when it cannot be evaluated.
pub(super) fn verify_sha(record: &str, password: &[u8]) -> Option<bool> {
    if rounds(record)? > MOST_ROUNDS {
        return None;
    }
    told(ShaCrypt::SHA512.verify_password(password, record))
}

/// Whether the password is that of a bcrypt record, or nothing when it cannot be evaluated.
pub(super) fn verify_bcrypt(record: &str, password: &[u8]) -> Option<bool> {
    let cost: u32 = record.split('$').nth(2)?.parse().ok()?;
    if cost > HIGHEST_BCRYPT_COST || password.len() > BCRYPT_PASSWORD_BYTES {
        return None;
    }
    bcrypt::verify(password, record).ok()
}

/// Whether the password is that of a yescrypt record, or nothing when it cannot be evaluated.
pub(super) fn verify_yescrypt(record: &str, password: &[u8]) -> Option<bool> {
    let parameters = record.split('$').nth(2)?;
    // crypt(3) writes flavour, N and r, one character each; the optional fields after them can multiply the time
    if parameters.len() != 3 {
        return None;
    }
    let parsed: yescrypt::Params = parameters.parse().ok()?;
    if parsed.n().saturating_mul(u64::from(parsed.r())).saturating_mul(128) > MOST_YESCRYPT_MEMORY {
        return None;
    }
    told(Yescrypt::default().verify_password(password, record))
}

/// The rounds of a SHA-crypt record.
fn rounds(record: &str) -> Option<u32> {
    match record.split('$').nth(2)?.strip_prefix("rounds=") {
        Some(rounds) => rounds.parse().ok(),
        None => Some(ROUNDS),
    }
}

/// A verifier's answer: right, wrong, or an unreadable record.
fn told(answer: Result<(), Error>) -> Option<bool> {
    match answer {
        Ok(()) => Some(true),
        Err(Error::PasswordInvalid) => Some(false),
        Err(_) => None,
    }
}
