//! The session cookie's value: `user%3a<id>%2c<secret>`.

use std::borrow::Cow;

use portreeve_crypt::{Entropy, SecretString, random};

/// Letters and digits of the half that names the session.
const ID_LENGTH: usize = 24;
/// Bytes of the half that proves it: 128 bits, in hexadecimal.
const SECRET_BYTES: usize = 16;
/// Longer values are no cookie of ours: the longest login name is an address of 64 + 1 + 253 characters.
const LONGEST: usize = 512;

/// A cookie's parts, decoded.
pub(crate) struct SessionCookie<'a> {
    /// The login name that the cookie was made for.
    pub(crate) login: Cow<'a, str>,
    /// The half that names the session.
    pub(crate) id: Cow<'a, str>,
    /// The half that proves it.
    pub(crate) secret: Cow<'a, str>,
}

impl<'a> SessionCookie<'a> {
    /// A new cookie for a login name.
    pub(crate) fn generate(entropy: &dyn Entropy, login: String) -> SessionCookie<'static> {
        let id = random::alphanumeric(entropy, ID_LENGTH);
        let secret = random::hex(entropy, SECRET_BYTES);
        SessionCookie { login: login.into(), id: id.into(), secret: secret.into() }
    }

    /// The value as the browser keeps it, with lower-case escapes as the original writes them.
    pub(crate) fn value(&self) -> SecretString {
        escape(&format!("{}:{},{}", self.login, self.id, self.secret)).into()
    }

    /// Reads a value that [`unescape`] has made plain. Anything but the exact form is no cookie.
    pub(crate) fn parse(value: &'a str) -> Option<SessionCookie<'a>> {
        let (login, halves) = value.split_once(':')?;
        let (id, secret) = halves.split_once(',')?;
        let good = !login.is_empty()
            && id.len() == ID_LENGTH
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && secret.len() == SECRET_BYTES * 2
            && secret.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        good.then(|| SessionCookie { login: login.into(), id: id.into(), secret: secret.into() })
    }
}

/// Escapes what is no letter, digit, dot, dash or underscore.
pub(crate) fn escape(text: &str) -> String {
    let mut value = String::with_capacity(LONGEST);
    for character in text.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' => value.push(character),
            _ => value.push_str(&format!("%{:02x}", u32::from(character))),
        }
    }
    value
}

/// Undoes percent escapes, in either case; none when one is broken or a character is not printable ASCII.
pub(crate) fn unescape(value: &str) -> Option<String> {
    if value.len() > LONGEST {
        return None;
    }
    let mut pieces = value.split('%');
    let mut text = String::with_capacity(value.len());
    text.push_str(pieces.next()?);
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        let is_escape = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        text.push(u8::from_str_radix(digits, 16).ok().filter(|_| is_escape)?.into());
        text.push_str(rest);
    }
    text.bytes().all(|byte| byte.is_ascii_graphic()).then_some(text)
}

#[cfg(test)]
mod tests {
    use portreeve_crypt::{ExposeSecret, SystemEntropy};

    use super::*;

    const ID: &str = "AbCdEfGhIjKlMnOpQrStUv12";
    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_value_has_lower_case_escapes_and_both_halves() {
        let cookie = SessionCookie::generate(&SystemEntropy, "info@cptest.example".to_owned());
        let expected = format!("info%40cptest.example%3a{}%2c{}", cookie.id, cookie.secret);
        assert_eq!(cookie.value().expose_secret(), expected);
    }

    #[test]
    fn escapes_are_read_in_either_case_or_not_at_all() {
        for value in [
            format!("info%40cptest.example%3a{ID}%2c{SECRET}"),
            format!("info%40cptest.example%3A{ID}%2C{SECRET}"),
            format!("info@cptest.example:{ID},{SECRET}"),
        ] {
            let value = unescape(&value).unwrap();
            let cookie = SessionCookie::parse(&value).unwrap();
            assert_eq!(cookie.login, "info@cptest.example");
            assert_eq!((&*cookie.id, &*cookie.secret), (ID, SECRET));
        }
    }

    #[test]
    fn a_value_in_any_other_form_is_no_cookie() {
        let long = "a".repeat(600);
        for value in [
            "",
            "cptest",
            &format!("{ID},{SECRET}"),
            &format!(":{ID},{SECRET}"),
            &format!("cptest:{ID}"),
            &format!("cptest:{ID},"),
            &format!("cptest:,{SECRET}"),
            &format!("cptest:{ID},{SECRET}0"),
            &format!("cptest:{ID},{SECRET},"),
            &format!("cptest:{ID},{}", SECRET.to_uppercase()),
            &format!("cptest:{ID}%2,{SECRET}"),
            &format!("cptest:{ID}%00,{SECRET}"),
            &format!("cptest%+a:{ID},{SECRET}"),
            &format!("cptest:{ID},{SECRET}%3"),
            &format!("cptest%0d%0a:{ID},{SECRET}"),
            &format!("cpt\u{e9}st:{ID},{SECRET}"),
            &format!("{long}:{ID},{SECRET}"),
        ] {
            let plain = unescape(value);
            assert!(plain.as_deref().and_then(SessionCookie::parse).is_none(), "{value:?}");
        }
    }
}
