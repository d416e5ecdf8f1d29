//! The keys themselves: made, written down, read back, and the two that follow from each.

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
/// Form, id, key, and what separates them.
const LINE_LENGTH: usize = TEXT_FORM.len() + 1 + 2 * ID_BYTES + 1 + 64 + 1;

/// The keys of one installation. All nodes of an installation share them.
///
/// One is current: what is made from now on is made with it. Former ones still open and recognise what was made with
/// them.
#[derive(Clone)]
pub struct Keyring {
    pub(super) current: Key,
    pub(super) former: Vec<Key>,
}

/// One key. The key itself is used for nothing but deriving: one key for digests, another for sealing.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) root: Zeroizing<[u8; 32]>,
    pub(super) digest_key: Zeroizing<[u8; 32]>,
    pub(super) seal_key: Zeroizing<[u8; 32]>,
    pub(super) id: String,
}

impl Keyring {
    /// A keyring with one new key.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Keyring {
        Keyring { current: Key::generate(entropy), former: Vec::new() }
    }

    /// The current key's name: eight hexadecimal digits that follow from the key and tell nothing about it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.current.id
    }

    /// The same keys and a new one, which is current.
    #[must_use]
    pub fn rotated(&self, entropy: &dyn Entropy) -> Keyring {
        Keyring { current: Key::generate(entropy), former: self.keys().cloned().collect() }
    }

    /// The same keys with the one of this name as the current one; none when there is no such key.
    #[must_use]
    pub fn with_current(&self, id: &str) -> Option<Keyring> {
        let current = self.keys().find(|key| key.id == id)?.clone();
        let former = self.keys().filter(|key| key.id != id).cloned().collect();
        Some(Keyring { current, former })
    }

    /// The keys as their file holds them: a line for each, the current one first,
    /// `portreeve-keyring-1:<id>:<64 hexadecimal digits>`.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        let mut text = Zeroizing::new(String::with_capacity((self.former.len() + 1) * LINE_LENGTH));
        for key in self.keys() {
            if !text.is_empty() {
                text.push('\n');
            }
            let root = Zeroizing::new(hex::encode(key.root.as_ref()));
            for part in [TEXT_FORM, ":", &key.id, ":", &root] {
                text.push_str(part);
            }
        }
        text.as_str().to_owned().into()
    }

    /// Reads [`Keyring::to_text`]; blanks and line ends around it do not matter.
    ///
    /// # Errors
    /// When the text has another form, a key in it does not belong to the name beside it, or a key is there twice.
    /// The error never shows the text.
    pub fn from_text(text: &str) -> Result<Keyring, Invalid> {
        let mut keys = Vec::<Key>::new();
        for line in text.trim_ascii().split('\n') {
            let key = Key::from_text(line.trim_ascii())?;
            if keys.iter().any(|other| other.id == key.id) {
                return Err(invalid("one of its keys is there twice"));
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let current = keys.next().ok_or_else(|| invalid("there is no key in it"))?;
        Ok(Keyring { current, former: keys.collect() })
    }

    /// All keys, the current one first.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.former)
    }
}

fn invalid(why: &str) -> Invalid {
    Invalid(format!("this is not a keyring: {why}"))
}

impl Key {
    fn generate(entropy: &dyn Entropy) -> Key {
        let mut root = Zeroizing::new([0; 32]);
        entropy.fill(root.as_mut());
        Key::from_root(root)
    }

    fn from_text(line: &str) -> Result<Key, Invalid> {
        let mut fields = line.split(':');
        let (Some(TEXT_FORM), Some(id), Some(root), None) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err(invalid("its lines are portreeve-keyring-1:<id>:<key>"));
        };
        let root = hex::decode(root).ok_or_else(|| invalid("a key has 64 hexadecimal digits"))?;
        let key = Key::from_root(Zeroizing::new(root));
        if key.id == id {
            Ok(key)
        } else {
            Err(invalid("a key does not belong to its id, so one of them is damaged"))
        }
    }

    pub(super) fn from_root(root: Zeroizing<[u8; 32]>) -> Key {
        let id = derive(&root, "id").iter().copied().take(ID_BYTES).collect::<Vec<u8>>();
        Key {
            digest_key: derive(&root, "digest"),
            seal_key: derive(&root, "seal"),
            id: hex::encode(&id),
            root,
        }
    }
}

/// The key that follows from another one for this use.
fn derive(root: &[u8; 32], purpose: &str) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(mac(root, &[b"portreeve keyring 1: ", purpose.as_bytes()]))
}

/// HMAC-SHA256 of the parts, one after the other.
#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
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
        assert_eq!(*read.current.root, *keyring.current.root);
        assert_eq!(keyring.id().len(), 8);
    }

    #[test]
    fn the_derived_keys_differ_from_each_other_and_from_their_root() {
        let root = Keyring::generate(&SeededEntropy::new(8)).current.root;
        let (digest_key, seal_key) = (derive(&root, "digest"), derive(&root, "seal"));
        assert_ne!(*digest_key, *seal_key);
        assert_ne!(*digest_key, *root);
        assert_ne!(*seal_key, *root);
    }

    #[test]
    fn a_rotated_keyring_keeps_every_key_and_its_order() {
        let entropy = SeededEntropy::new(14);
        let first = Keyring::generate(&entropy);
        let third = first.rotated(&entropy).rotated(&entropy);
        let read = Keyring::from_text(third.to_text().expose_secret()).unwrap();
        let ids = |keyring: &Keyring| keyring.keys().map(|key| key.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&read), ids(&third));
        assert_eq!(ids(&read).len(), 3);
        let back = read.with_current(first.id()).unwrap();
        assert_eq!(back.id(), first.id());
        assert_eq!(back.former.len(), 2);
        assert!(first.with_current(third.id()).is_none());
        let twice = format!("{0}\n{0}", first.to_text().expose_secret());
        assert!(Keyring::from_text(&twice).is_err());
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
