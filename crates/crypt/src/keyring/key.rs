//! The key itself: made, written down, read back, and the two keys that follow from it.

use hmac::{Hmac, KeyInit, Mac};
use portreeve_types::Invalid;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::SecretString;
use crate::entropy::Entropy;
use crate::hex;

/// What the text form begins with; the number changes when the derivations do.
const TEXT_FORM: &str = "portreeve-keyring-1";
const ID_BYTES: usize = 4;

/// The key of one installation. All nodes of an installation share it.
///
/// The key itself is used for nothing but deriving: one key for digests, another for sealing.
pub struct Keyring {
    root: Zeroizing<[u8; 32]>,
    pub(super) digest_key: Zeroizing<[u8; 32]>,
    pub(super) seal_key: Zeroizing<[u8; 32]>,
    pub(super) id: String,
}

impl Keyring {
    /// A new key.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Keyring {
        let mut root = Zeroizing::new([0; 32]);
        entropy.fill(root.as_mut());
        Keyring::from_root(root)
    }

    /// The key's name: eight hexadecimal digits that follow from the key and tell nothing about it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key as its file holds it: one line, `portreeve-keyring-1:<id>:<64 hexadecimal digits>`.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        let root = Zeroizing::new(hex::encode(self.root.as_ref()));
        format!("{TEXT_FORM}:{}:{}", self.id, root.as_str()).into()
    }

    /// Reads [`Keyring::to_text`]; blanks and line ends around it do not matter.
    ///
    /// # Errors
    /// When the text has another form, or the key in it does not belong to the name in it. The error never
    /// shows the text.
    pub fn from_text(text: &str) -> Result<Keyring, Invalid> {
        let invalid = |why: &str| Invalid(format!("this is not a keyring: {why}"));
        let mut fields = text.trim_ascii().split(':');
        let (Some(TEXT_FORM), Some(id), Some(root), None) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err(invalid("it is one line, portreeve-keyring-1:<id>:<key>"));
        };
        let root = hex::decode(root).ok_or_else(|| invalid("its key has 64 hexadecimal digits"))?;
        let keyring = Keyring::from_root(Zeroizing::new(root));
        if keyring.id == id {
            Ok(keyring)
        } else {
            Err(invalid("its key does not belong to its id, so one of them is damaged"))
        }
    }

    fn from_root(root: Zeroizing<[u8; 32]>) -> Keyring {
        let derive = |label: &str| Zeroizing::new(mac(&root, &[label.as_bytes()]));
        let id = derive("portreeve keyring 1: id").iter().copied().take(ID_BYTES).collect::<Vec<u8>>();
        Keyring {
            digest_key: derive("portreeve keyring 1: digest"),
            seal_key: derive("portreeve keyring 1: seal"),
            id: hex::encode(&id),
            root,
        }
    }
}

/// HMAC-SHA256 over the parts, one after the other.
#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
pub(super) fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExposeSecret;
    use crate::testing::SeededEntropy;

    #[test]
    fn hmac_agrees_with_rfc_4231() {
        // test case 2, its key padded with zeros as HMAC itself would pad it
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        assert_eq!(
            hex::encode(&mac(&key, &[b"what do ya want ", b"for nothing?"])),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn a_keyring_survives_its_text_form() {
        let keyring = Keyring::generate(&SeededEntropy::new(7));
        let text = keyring.to_text();
        assert!(!text.expose_secret().contains('\n'));
        let read = Keyring::from_text(&format!(" {}\r\n", text.expose_secret())).unwrap();
        assert_eq!(read.id(), keyring.id());
        assert_eq!(*read.root, *keyring.root);
        assert_eq!(keyring.id().len(), 8);
    }

    #[test]
    fn the_derived_keys_differ_from_each_other_and_from_their_root() {
        let keyring = Keyring::generate(&SeededEntropy::new(8));
        assert_ne!(*keyring.digest_key, *keyring.seal_key);
        assert_ne!(*keyring.digest_key, *keyring.root);
        assert_ne!(*keyring.seal_key, *keyring.root);
    }

    #[test]
    fn a_damaged_text_is_refused_and_the_error_does_not_repeat_it() {
        let text = Keyring::generate(&SeededEntropy::new(9)).to_text();
        let text = text.expose_secret();
        let (form, key) = text.rsplit_once(':').unwrap();
        let flipped = if key.ends_with('0') { '1' } else { '0' };
        for bad in [
            String::new(),
            form.to_owned(),
            format!("{text}:"),
            text.replace("keyring-1", "keyring-2"),
            format!("{}{flipped}", &text[..text.len() - 1]),
            text[..text.len() - 1].to_owned(),
        ] {
            let error = Keyring::from_text(&bad).err().expect("refused").to_string();
            assert!(!error.contains(key), "{error}");
        }
    }
}
