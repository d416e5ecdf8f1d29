//! The text that a record holds instead of a password.

use super::{Cost, argon2id, crypt3};
use crate::{ExposeSecret, SecretString};

/// The longest password that is evaluated. SHA-crypt takes time in the square of the length, so without a limit
/// one request could keep a core busy for minutes.
///
/// Whoever sets a password checks this first: the hash of a longer one verifies nothing.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// A record that nothing verifies against, as `/etc/shadow` spells it.
const LOCKED: &str = "*";

/// How new hashes are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// For those who log in here: Argon2id, 19 MiB, 2 passes.
    Panel,
    /// For those whom mail and FTP programs check: SHA-512 crypt (`$6$`), which all of them read.
    Service,
}

/// A password's hash, in the text form of its kind.
///
/// These kinds are read: `$argon2id$`, `$6$`, `$5$`, `$2a$`, `$2b$`, `$2y$` and `$y$`. Any other text, an empty
/// one and a locked one (`*`, `!`) included, is a record too, but no password verifies against it.
#[derive(Clone)]
pub struct PasswordHash(SecretString);

impl PasswordHash {
    /// A hash from its record.
    #[must_use]
    pub fn from_record(record: String) -> PasswordHash {
        PasswordHash(record.into())
    }

    /// A hash that no password verifies against.
    #[must_use]
    pub fn locked() -> PasswordHash {
        PasswordHash(LOCKED.into())
    }

    /// The text for the record.
    #[must_use]
    pub fn as_record(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether it should be replaced, now that the password is known, by one that the scheme makes today.
    #[must_use]
    pub fn needs_rehash(&self, scheme: Scheme) -> bool {
        self.needs_rehash_at(scheme, Cost::default())
    }

    /// The same for a cost of one's own.
    pub(super) fn needs_rehash_at(&self, scheme: Scheme, cost: Cost) -> bool {
        match scheme {
            Scheme::Panel => argon2id::cost_of(self.as_record()) != Some(cost),
            Scheme::Service => !crypt3::is_of_today(self.as_record()),
        }
    }

    /// The same as [`crate::Hasher`] asks its threads, on this one, for the fuzzer.
    #[cfg(feature = "fuzzing")]
    #[must_use]
    pub fn evaluate_here(&self, password: &[u8]) -> Option<bool> {
        self.evaluate(password)
    }

    /// Whether the password is the one, or nothing when the record cannot tell: no work was done then.
    pub(super) fn evaluate(&self, password: &[u8]) -> Option<bool> {
        let record = self.as_record();
        match record.split('$').nth(1)? {
            "argon2id" => argon2id::verify(record, password),
            "5" | "6" => crypt3::verify_sha(record, password),
            "2a" | "2b" | "2y" => crypt3::verify_bcrypt(record, password),
            "y" => crypt3::verify_yescrypt(record, password),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs_rehash(record: &str, scheme: Scheme) -> bool {
        PasswordHash::from_record(record.to_owned()).needs_rehash(scheme)
    }

    #[test]
    fn a_hash_of_today_stays_and_every_other_is_replaced() {
        let today = "$argon2id$v=19$m=19456,t=2,p=1$aWxNWmVKdWl0cmNiRzhYRw$\
                     8KIFcS2STqvMkKyrcGNbMV479bFwbXXMlcc28H38eRg";
        assert!(!needs_rehash(today, Scheme::Panel));
        for weaker in ["m=9728,t=2,p=1", "m=19456,t=1,p=1", "m=19456,t=2,p=2"] {
            assert!(needs_rehash(&today.replace("m=19456,t=2,p=1", weaker), Scheme::Panel), "{weaker}");
        }
        assert!(needs_rehash(today, Scheme::Service));
        assert!(!needs_rehash("$6$salt$hash", Scheme::Service), "5000 rounds go without saying");
        assert!(!needs_rehash("$6$rounds=5000$salt$hash", Scheme::Service));
        for other in ["$6$rounds=1000$salt$hash", "$5$salt$hash", "$2y$10$hash", "", "*"] {
            assert!(needs_rehash(other, Scheme::Service), "{other}");
            assert!(needs_rehash(other, Scheme::Panel), "{other}");
        }
    }
}
