//! The secret that a server and an authenticator share, and the codes that follow from it.

use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use portreeve_types::{Invalid, Timestamp};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use super::code::Code;
use crate::SecretString;
use crate::entropy::Entropy;

/// How long one code lasts (RFC 6238 5.2).
pub(super) const STEP_SECONDS: i64 = 30;

/// 80 bits, which the original makes, to 512.
const LENGTHS_IN_BYTES: std::ops::RangeInclusive<usize> = 10..=64;

/// What a part of an address may hold unencoded (RFC 3986 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A one-time-code secret of 80 to 512 bits: SHA-1, six digits, 30 seconds.
pub struct TotpSecret {
    // built with steps of one "second", so that its time is our step
    totp: Totp,
}

impl TotpSecret {
    /// A new secret of 160 bits (RFC 4226 4, R6).
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> TotpSecret {
        let mut bytes = Zeroizing::new([0; 20]);
        entropy.fill(bytes.as_mut());
        TotpSecret::from_secret(Secret::new_stack(*bytes))
    }

    /// A secret from its bytes.
    ///
    /// # Errors
    /// When there are fewer than 10 or more than 64.
    pub fn from_bytes(bytes: &[u8]) -> Result<TotpSecret, Invalid> {
        TotpSecret::from_secret_of_good_length(Secret::from(bytes))
    }

    fn from_secret_of_good_length(secret: Secret) -> Result<TotpSecret, Invalid> {
        if LENGTHS_IN_BYTES.contains(&secret.as_bytes().len()) {
            Ok(TotpSecret::from_secret(secret))
        } else {
            Err(not_a_secret())
        }
    }

    fn from_secret(secret: Secret) -> TotpSecret {
        // "noncompliant": the strict builder refuses the original's secrets of 80 bits
        TotpSecret { totp: Builder::new().with_secret(secret).with_step_duration(1).build_noncompliant() }
    }

    /// The secret's bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.totp.secret().as_bytes()
    }

    /// The secret as people type it into an authenticator: base32, capitals, no padding.
    #[must_use]
    pub fn base32(&self) -> SecretString {
        self.totp.secret().to_base32().into()
    }

    /// The number of the 30-second step that holds a moment.
    #[must_use]
    pub fn step_of(now: Timestamp) -> i64 {
        now.seconds().div_euclid(STEP_SECONDS)
    }

    /// The six digits of one step. Steps before 1970 have the code of step 0.
    #[must_use]
    pub fn code_at_step(&self, step: i64) -> String {
        self.totp.generate(counter(step)).to_string()
    }

    /// The step whose code this is, among the present one and `window` steps on each side: the nearest to now,
    /// of two equally near the earlier.
    ///
    /// All candidates are always computed and compared in constant time: how long it takes tells nothing.
    #[must_use]
    pub fn matching_step(&self, code: &Code, now: Timestamp, window: u8) -> Option<i64> {
        let present = TotpSecret::step_of(now);
        let (mut found, mut step) = (Choice::from(0), 0);
        for distance in 0..=i64::from(window) {
            for candidate in [present - distance, present + distance] {
                let matches = self.code_at_step(candidate).as_bytes().ct_eq(code.digits().as_bytes())
                    & Choice::from(u8::from(candidate >= 0));
                step.conditional_assign(&candidate, matches & !found);
                found |= matches;
            }
        }
        bool::from(found).then_some(step)
    }

    /// The address that an authenticator reads from a QR code. It holds the secret.
    #[must_use]
    pub fn otpauth_url(&self, account: &str, issuer: &str) -> String {
        let issuer = utf8_percent_encode(issuer, UNRESERVED);
        let account = utf8_percent_encode(account, UNRESERVED);
        let secret = Zeroizing::new(self.totp.secret().to_base32());
        format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", secret.as_str())
    }
}

/// Reads base32 without padding; letters of either case, blanks and dashes between them do not matter.
impl FromStr for TotpSecret {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut letters = Zeroizing::new(String::with_capacity(text.len()));
        letters.extend(text.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_ascii_uppercase()));
        // so many letters in the last group of eight end within no byte (RFC 4648 6): one was lost or added
        if matches!(letters.len() % 8, 1 | 3 | 6) {
            return Err(not_a_secret());
        }
        let secret = Secret::try_from_base32(letters.as_str()).map_err(|_| not_a_secret())?;
        TotpSecret::from_secret_of_good_length(secret)
    }
}

/// A step as HOTP counts it (RFC 4226 5.1).
pub(super) fn counter(step: i64) -> u64 {
    u64::try_from(step).unwrap_or(0)
}

fn not_a_secret() -> Invalid {
    Invalid("a secret has 16 to 103 base32 characters: A-Z and 2-7".to_owned())
}
