//! A keyring under a passphrase: how it travels to another node, and how it is kept for a bad day.
//!
//! One line: `portreeve-keys-1:<memory in KiB>:<passes>:<salt>:<nonce>:<sealed>`, the last three in base64. Argon2id
//! makes the key of the passphrase, XChaCha20-Poly1305 seals the keyring's text, and what stands before the sealed
//! part is authenticated with it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use portreeve_types::Invalid;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::key::Keyring;
use crate::entropy::Entropy;
use crate::password::{Cost, SALT_BYTES, derive_key};

const FORM: &str = "portreeve-keys-1";
const NONCE_BYTES: usize = 24;

/// What guessing a passphrase once costs: 128 MiB, and about half a second.
const COST: Cost = Cost { memory_kib: 128 * 1024, passes: 3 };

impl Keyring {
    /// The keyring, readable to those who know the passphrase.
    #[must_use]
    pub fn to_export(&self, passphrase: &SecretString, entropy: &dyn Entropy) -> String {
        self.export_at(COST, passphrase, entropy)
    }

    #[expect(clippy::expect_used, reason = "the cost is within bounds, and the text is short")]
    fn export_at(&self, cost: Cost, passphrase: &SecretString, entropy: &dyn Entropy) -> String {
        let (mut salt, mut nonce) = ([0; SALT_BYTES], [0; NONCE_BYTES]);
        entropy.fill(&mut salt);
        entropy.fill(&mut nonce);
        let head = format!(
            "{FORM}:{}:{}:{}:{}",
            cost.memory_kib,
            cost.passes,
            BASE64.encode(salt),
            BASE64.encode(nonce)
        );
        let key =
            derive_key(passphrase.expose_secret().as_bytes(), &salt, cost).expect("a cost within bounds");
        let text = self.to_text();
        let payload = Payload { msg: text.expose_secret().as_bytes(), aad: head.as_bytes() };
        let sealed = XChaCha20Poly1305::new((&*key).into()).encrypt(&XNonce::from(nonce), payload);
        format!("{head}:{}", BASE64.encode(sealed.expect("a text shorter than 256 GiB")))
    }

    /// Reads [`Keyring::to_export`]; blanks and line ends around it do not matter.
    ///
    /// # Errors
    /// When the text has another form, the passphrase is another, or the text was changed.
    pub fn from_export(text: &str, passphrase: &SecretString) -> Result<Keyring, Invalid> {
        let form = || Invalid("this is no export of keys".to_owned());
        let (head, sealed) = text.trim_ascii().rsplit_once(':').ok_or_else(form)?;
        let (cost, salt, nonce) = read_head(head).ok_or_else(form)?;
        let sealed = BASE64.decode(sealed).map_err(|_| form())?;
        let key = derive_key(passphrase.expose_secret().as_bytes(), &salt, cost).ok_or_else(form)?;
        let plain = XChaCha20Poly1305::new((&*key).into())
            .decrypt(&XNonce::from(nonce), Payload { msg: &sealed, aad: head.as_bytes() })
            .map_err(|_| Invalid("the passphrase is another, or the file was changed".to_owned()))?;
        let plain = Zeroizing::new(plain);
        Keyring::from_text(std::str::from_utf8(&plain).map_err(|_| form())?)
    }
}

fn read_head(head: &str) -> Option<(Cost, [u8; SALT_BYTES], [u8; NONCE_BYTES])> {
    let mut fields = head.split(':');
    if fields.next() != Some(FORM) {
        return None;
    }
    let cost = Cost { memory_kib: fields.next()?.parse().ok()?, passes: fields.next()?.parse().ok()? };
    let salt = BASE64.decode(fields.next()?).ok()?.try_into().ok()?;
    let nonce = BASE64.decode(fields.next()?).ok()?.try_into().ok()?;
    fields.next().is_none().then_some((cost, salt, nonce))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededEntropy;

    const CHEAP: Cost = Cost { memory_kib: 64, passes: 1 };

    #[test]
    fn an_export_is_read_back_with_its_passphrase_and_no_other() {
        let entropy = SeededEntropy::new(17);
        let keyring = Keyring::generate(&entropy).rotated(&entropy);
        let export = keyring.export_at(CHEAP, &"correct horse".to_owned().into(), &entropy);
        let read = Keyring::from_export(&format!("{export}\n"), &"correct horse".to_owned().into());
        assert_eq!(read.unwrap().to_text().expose_secret(), keyring.to_text().expose_secret());
        let refused = Keyring::from_export(&export, &"incorrect horse".to_owned().into()).err().unwrap();
        assert!(refused.0.contains("passphrase"), "{refused}");
    }

    #[test]
    fn an_export_that_was_changed_anywhere_is_refused() {
        let entropy = SeededEntropy::new(18);
        let passphrase: SecretString = "correct horse".to_owned().into();
        let export = Keyring::generate(&entropy).export_at(CHEAP, &passphrase, &entropy);
        for (position, byte) in export.bytes().enumerate() {
            let other = if byte == b'1' { '2' } else { '1' };
            let mut changed = export.clone();
            changed.replace_range(position..=position, &other.to_string());
            assert!(Keyring::from_export(&changed, &passphrase).is_err(), "{changed}");
        }
        // what would exhaust the machine is not evaluated
        let greedy = export.replacen(":64:", ":999999999:", 1);
        assert!(Keyring::from_export(&greedy, &passphrase).is_err());
    }
}
