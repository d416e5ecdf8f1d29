//! Keyed digests: how records hold a secret that is only ever compared.

use std::hash::{Hash, Hasher};

use subtle::ConstantTimeEq;

use super::key::{Key, Keyring};
use crate::hex;

/// What a digest is for. The same bytes have unrelated digests for different purposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The half of a session's cookie that names the session.
    SessionId,
    /// The half of a session's cookie that proves it.
    SessionSecret,
    /// The cookie of a login that still lacks its second factor.
    PendingLogin,
    /// A security token (`cpsess`).
    SecurityToken,
    /// A one-shot login address.
    LoginLink,
    /// The cookie of a page that is kept open.
    KeptPage,
    /// An API token.
    ApiToken,
    /// An access hash.
    AccessHash,
    /// A recovery code of the second factor.
    RecoveryCode,
    /// The ticket that a CGI program gets for its own calls.
    CallTicket,
    /// A password, where its having been verified is remembered for a while.
    VerifiedPassword,
    /// A value that a log shows only masked.
    LogMask,
    /// Whose guesses are counted.
    Throttle,
    /// An entry of the audit trail, chained to the one before it.
    Trail,
    /// The last entry that was removed from the beginning of a chain of the audit trail.
    TrailAnchor,
}

impl Purpose {
    /// The text that separates the purposes. Changing one makes the records under it worthless.
    const fn label(self) -> &'static str {
        match self {
            Purpose::SessionId => "session id",
            Purpose::SessionSecret => "session secret",
            Purpose::PendingLogin => "pending login",
            Purpose::SecurityToken => "security token",
            Purpose::LoginLink => "login link",
            Purpose::KeptPage => "kept page",
            Purpose::ApiToken => "api token",
            Purpose::AccessHash => "access hash",
            Purpose::RecoveryCode => "recovery code",
            Purpose::CallTicket => "call ticket",
            Purpose::VerifiedPassword => "verified password",
            Purpose::LogMask => "log mask",
            Purpose::Throttle => "throttle",
            Purpose::Trail => "trail",
            Purpose::TrailAnchor => "trail anchor",
        }
    }
}

/// A keyed digest, BLAKE3. Compared in constant time.
#[derive(Clone, Copy, Eq)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// 64 lower-case hexadecimal digits, as records hold it.
    #[must_use]
    pub fn to_hex(self) -> String {
        hex::encode(&self.0)
    }

    /// Reads [`Digest::to_hex`].
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Digest> {
        hex::decode(text).map(Digest)
    }

    /// The first eight hexadecimal digits: enough to tell values apart in a log.
    #[must_use]
    pub fn short(self) -> String {
        let [a, b, c, d, ..] = self.0;
        hex::encode(&[a, b, c, d])
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Digest) -> bool {
        let differs =
            |(left, right): (&[u8; 16], &[u8; 16])| u128::from_ne_bytes(*left) ^ u128::from_ne_bytes(*right);
        let (left, right) = (self.0.as_chunks().0, other.0.as_chunks().0);
        left.iter().zip(right).map(differs).fold(0, |all, one| all | one).ct_eq(&0).into()
    }
}

impl Hash for Digest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

// Not a secret by itself, but what it proves may be one: only as much as a log may show.
impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Digest({}...)", self.short())
    }
}

impl Keyring {
    /// The digest of `bytes` for one purpose, under the current key.
    #[must_use]
    pub fn digest(&self, purpose: Purpose, bytes: &[u8]) -> Digest {
        self.current.digest(purpose, bytes)
    }

    /// The digests under all keys, the current one's first: what a record may hold that outlives a rotation.
    pub fn digests<'a>(&'a self, purpose: Purpose, bytes: &'a [u8]) -> impl Iterator<Item = Digest> + 'a {
        self.keys().map(move |key| key.digest(purpose, bytes))
    }
}

impl Key {
    fn digest(&self, purpose: Purpose, bytes: &[u8]) -> Digest {
        let mut hasher = blake3::Hasher::new_keyed(&self.digest_key);
        // no label holds a zero byte, so it ends where the zero byte stands
        hasher.update(purpose.label().as_bytes()).update(&[0]).update(bytes);
        Digest(*hasher.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::testing::SeededEntropy;

    const PURPOSES: [Purpose; 15] = [
        Purpose::SessionId,
        Purpose::SessionSecret,
        Purpose::PendingLogin,
        Purpose::SecurityToken,
        Purpose::LoginLink,
        Purpose::KeptPage,
        Purpose::ApiToken,
        Purpose::AccessHash,
        Purpose::RecoveryCode,
        Purpose::CallTicket,
        Purpose::VerifiedPassword,
        Purpose::LogMask,
        Purpose::Throttle,
        Purpose::Trail,
        Purpose::TrailAnchor,
    ];

    #[test]
    fn each_purpose_and_each_key_has_a_digest_of_its_own() {
        let entropy = SeededEntropy::new(10);
        let keyrings = [Keyring::generate(&entropy), Keyring::generate(&entropy)];
        let digests: HashSet<Digest> =
            keyrings.iter().flat_map(|keyring| PURPOSES.map(|p| keyring.digest(p, b"same"))).collect();
        assert_eq!(digests.len(), 2 * PURPOSES.len());
        assert_eq!(
            keyrings[0].digest(Purpose::ApiToken, b"same"),
            keyrings[0].digest(Purpose::ApiToken, b"same")
        );
    }

    #[test]
    fn what_was_digested_before_a_rotation_is_among_the_digests_after_it() {
        let entropy = SeededEntropy::new(15);
        let before = Keyring::generate(&entropy);
        let after = before.rotated(&entropy);
        let digests: Vec<Digest> = after.digests(Purpose::ApiToken, b"same").collect();
        assert_eq!(
            digests,
            [after.digest(Purpose::ApiToken, b"same"), before.digest(Purpose::ApiToken, b"same")]
        );
        assert_ne!(digests[0], digests[1]);
    }

    #[test]
    fn a_digest_survives_its_text_form_and_shows_only_its_beginning() {
        let digest = Keyring::generate(&SeededEntropy::new(11)).digest(Purpose::LogMask, b"1234567890");
        assert_eq!(Digest::from_hex(&digest.to_hex()), Some(digest));
        assert!(digest.to_hex().starts_with(&digest.short()));
        assert_eq!(digest.short().len(), 8);
        assert_eq!(format!("{digest:?}").len(), "Digest(12345678...)".len());
        assert_eq!(Digest::from_hex("00"), None);
    }
}
