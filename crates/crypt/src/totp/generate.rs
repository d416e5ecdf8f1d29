//! Codes in every shape that authenticators know, for a command line tool.

use portreeve_types::{Invalid, Timestamp};
use totp_rs::Builder;

use super::secret::{STEP_SECONDS, TotpSecret, counter};
use crate::SecretString;

/// The hash function under HMAC (RFC 6238 1.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// What every authenticator knows, and what our own codes use.
    #[default]
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

impl From<Algorithm> for totp_rs::Algorithm {
    fn from(algorithm: Algorithm) -> totp_rs::Algorithm {
        match algorithm {
            Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
            Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
            Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
        }
    }
}

/// A code and how long its step still lasts.
pub struct GeneratedCode {
    /// The digits, leading zeros kept.
    pub code: SecretString,
    /// Seconds until the next code, 1 to 30.
    pub seconds_left: i64,
}

/// The code of the step that holds `at`.
///
/// # Errors
/// When `digits` is not 6, 7 or 8 (RFC 4226 5.3).
pub fn generate_code(
    secret: &TotpSecret,
    at: Timestamp,
    digits: u8,
    algorithm: Algorithm,
) -> Result<GeneratedCode, Invalid> {
    if !(6..=8).contains(&digits) {
        return Err(Invalid("a one-time code has 6, 7 or 8 digits".to_owned()));
    }
    let totp = Builder::new()
        .with_algorithm(algorithm.into())
        .with_digits(digits)
        .with_step_duration(1)
        .with_secret(secret.bytes())
        .build_noncompliant();
    let code = totp.generate(counter(TotpSecret::step_of(at))).to_string().into();
    Ok(GeneratedCode { code, seconds_left: STEP_SECONDS - at.seconds().rem_euclid(STEP_SECONDS) })
}
