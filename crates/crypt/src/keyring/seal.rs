//! Sealing: how records hold a secret that must be read back, such as a one-time-code secret.
//!
//! XChaCha20-Poly1305 with a random nonce. The sealed bytes are
//! `version (1) | key id (8, text) | nonce (24) | cipher text and tag`; version, key id, purpose and owner are
//! authenticated with them, so that nobody who can write records can move a secret to another owner.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use portreeve_types::Subject;
use zeroize::Zeroizing;

use super::key::{Key, Keyring};
use crate::entropy::Entropy;

const VERSION: u8 = 1;
const KEY_ID_LENGTH: usize = 8;
const NONCE_LENGTH: usize = 24;

/// What a sealed secret is and whose: it opens under no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealContext {
    /// What kind of secret this is, such as `totp secret`.
    pub purpose: &'static str,
    /// Whose secret it is.
    pub subject: Subject,
}

/// Why a sealed secret does not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It was sealed with another key.
    #[error("this was sealed with the key {sealed_with}, but the key here is {present}")]
    OtherKey {
        /// The id of the key it was sealed with.
        sealed_with: String,
        /// The id of the key that was tried.
        present: String,
    },
    /// It is not in a form that this program knows.
    #[error("this is not a sealed value of a known version")]
    Unreadable,
    /// It was changed, or it was sealed for another purpose or another owner.
    #[error("this sealed value was changed, or it belongs to another purpose or owner")]
    Refused,
}

impl Keyring {
    /// Seals a secret for one purpose and one owner, with the current key.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the cipher fails only beyond 256 GiB")]
    pub fn seal(&self, context: &SealContext, plain: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        let mut nonce = [0; NONCE_LENGTH];
        entropy.fill(&mut nonce);
        let key = &self.current;
        let aad = key.associated_data(context);
        let sealed = key
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &aad })
            .expect("a secret shorter than 256 GiB");
        [&[VERSION], key.id.as_bytes(), &nonce, &sealed].concat()
    }

    /// Opens what [`Keyring::seal`] sealed for the same purpose and owner, with whichever key of the ring it was.
    ///
    /// # Errors
    /// When another key sealed it (the error names that and the current one), or when anything about it differs.
    pub fn open(&self, context: &SealContext, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (key_id, rest) = sealed
            .strip_prefix(&[VERSION])
            .and_then(|rest| rest.split_first_chunk::<KEY_ID_LENGTH>())
            .ok_or(SealError::Unreadable)?;
        let (nonce, cipher_text) = rest.split_first_chunk::<NONCE_LENGTH>().ok_or(SealError::Unreadable)?;
        let Some(key) = self.keys().find(|key| key.id.as_bytes() == key_id.as_slice()) else {
            return Err(SealError::OtherKey {
                sealed_with: String::from_utf8_lossy(key_id).into_owned(),
                present: self.id().to_owned(),
            });
        };
        let aad = key.associated_data(context);
        key.cipher()
            .decrypt(&XNonce::from(*nonce), Payload { msg: cipher_text, aad: &aad })
            .map(Zeroizing::new)
            .map_err(|_| SealError::Refused)
    }
}

impl Key {
    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.seal_key).into())
    }

    /// What is authenticated beside the secret. The purpose stands last: all before it has a fixed width, so no
    /// two contexts have the same bytes.
    fn associated_data(&self, context: &SealContext) -> Vec<u8> {
        [
            &[VERSION],
            self.id.as_bytes(),
            &context.subject.kind().to_be_bytes(),
            &context.subject.number().to_be_bytes(),
            context.purpose.as_bytes(),
        ]
        .concat()
    }
}

#[cfg(test)]
mod tests {
    use portreeve_types::{AccountId, MailboxId};
    use proptest::prelude::*;

    use super::*;
    use crate::testing::SeededEntropy;

    const MINE: SealContext =
        SealContext { purpose: "totp secret", subject: Subject::Account(AccountId(42)) };

    #[test]
    fn a_secret_opens_for_nobody_but_its_own_purpose_and_owner() {
        let entropy = SeededEntropy::new(12);
        let keyring = Keyring::generate(&entropy);
        let sealed = keyring.seal(&MINE, b"secret", &entropy);
        assert_eq!(keyring.open(&MINE, &sealed).unwrap().as_slice(), b"secret");
        for other in [
            SealContext { subject: Subject::Account(AccountId(43)), ..MINE },
            SealContext { subject: Subject::Mailbox(MailboxId(42)), ..MINE },
            SealContext { purpose: "recovery", ..MINE },
        ] {
            assert_eq!(keyring.open(&other, &sealed), Err(SealError::Refused), "{other:?}");
        }
    }

    #[test]
    fn under_another_key_the_error_names_both_keys() {
        let entropy = SeededEntropy::new(13);
        let (first, second) = (Keyring::generate(&entropy), Keyring::generate(&entropy));
        let error = second.open(&MINE, &first.seal(&MINE, b"secret", &entropy)).unwrap_err();
        assert!(error.to_string().contains(first.id()) && error.to_string().contains(second.id()));
    }

    #[test]
    fn the_same_secret_sealed_twice_gives_different_bytes_that_do_not_hold_it() {
        let entropy = SeededEntropy::new(14);
        let keyring = Keyring::generate(&entropy);
        let first = keyring.seal(&MINE, b"secret", &entropy);
        assert_ne!(first, keyring.seal(&MINE, b"secret", &entropy));
        assert!(!first.windows(6).any(|window| window == b"secret"));
        assert_eq!(first.len(), 1 + KEY_ID_LENGTH + NONCE_LENGTH + 6 + 16);
    }

    proptest! {
        #[test]
        fn anything_opens_to_itself_and_nothing_opens_with_a_flipped_bit(plain: Vec<u8>, bit: prop::sample::Index) {
            let entropy = SeededEntropy::new(15);
            let keyring = Keyring::generate(&entropy);
            let mut sealed = keyring.seal(&MINE, &plain, &entropy);
            let opened = keyring.open(&MINE, &sealed).unwrap();
            prop_assert_eq!(opened.as_slice(), plain.as_slice());
            let bit = bit.index(sealed.len() * 8);
            sealed[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(keyring.open(&MINE, &sealed).is_err());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let keyring = Keyring::generate(&SeededEntropy::new(16));
            prop_assert!(keyring.open(&MINE, &bytes).is_err());
        }
    }

    #[test]
    fn what_was_sealed_before_a_rotation_opens_after_it_and_not_the_other_way_round() {
        let entropy = SeededEntropy::new(16);
        let before = Keyring::generate(&entropy);
        let after = before.rotated(&entropy);
        let old = before.seal(&MINE, b"secret", &entropy);
        assert_eq!(after.open(&MINE, &old).unwrap().as_slice(), b"secret");
        let new = after.seal(&MINE, b"secret", &entropy);
        assert!(matches!(before.open(&MINE, &new), Err(SealError::OtherKey { .. })));
    }
}
