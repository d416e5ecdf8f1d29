//! Random texts and numbers, each value as likely as every other.

use portreeve_types::SecurityToken;
use zeroize::Zeroizing;

use crate::SecretString;
use crate::entropy::Entropy;
use crate::hex::LOWER_HEX;

const DIGITS: &[u8] = b"0123456789";
const LETTERS_AND_DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const CAPITALS_AND_DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// RFC 4648 6: without 0, 1, 8 and 9, which people take for letters.
pub(crate) const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PASSWORD_LENGTH: usize = 24;

/// `length` letters and digits (`A-Z a-z 0-9`, 5.95 bits each).
#[must_use]
pub fn alphanumeric(entropy: &dyn Entropy, length: usize) -> String {
    draw(entropy, LETTERS_AND_DIGITS, length)
}

/// `length` capitals and digits (`A-Z 0-9`, 5.17 bits each).
pub(crate) fn capitals_and_digits(entropy: &dyn Entropy, length: usize) -> String {
    draw(entropy, CAPITALS_AND_DIGITS, length)
}

/// `length` letters of base32 (`A-Z 2-7`, 5 bits each).
pub(crate) fn base32(entropy: &dyn Entropy, length: usize) -> String {
    draw(entropy, BASE32, length)
}

/// `bytes` random bytes in lower-case hexadecimal, two characters for each.
#[must_use]
pub fn hex(entropy: &dyn Entropy, bytes: usize) -> String {
    draw(entropy, LOWER_HEX, bytes.saturating_mul(2))
}

/// An identity for a record: 63 random bits, never zero.
#[must_use]
pub fn id(entropy: &dyn Entropy) -> i64 {
    loop {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes);
        let id = i64::from_be_bytes(bytes) & i64::MAX;
        if id != 0 {
            return id;
        }
    }
}

/// A session's security token of so many digits; fewer than 10 count as 10, more than 39 as 39.
#[must_use]
pub fn security_token(entropy: &dyn Entropy, digits: u8) -> SecurityToken {
    let length = usize::from(digits.clamp(10, 39));
    loop {
        // A leading zero is no token: to draw again keeps all the others equally likely.
        if let Ok(token) = draw(entropy, DIGITS, length).parse() {
            return token;
        }
    }
}

/// A password for somebody who did not choose one: 24 letters and digits, 142 bits.
#[must_use]
pub fn password(entropy: &dyn Entropy) -> SecretString {
    alphanumeric(entropy, PASSWORD_LENGTH).into()
}

/// `length` symbols of the alphabet.
fn draw(entropy: &dyn Entropy, alphabet: &[u8], length: usize) -> String {
    let mut text = String::with_capacity(length);
    let mut bytes = Zeroizing::new([0; 32]);
    while text.len() < length {
        entropy.fill(bytes.as_mut());
        let missing = length - text.len();
        text.extend(bytes.iter().filter_map(|byte| symbol(alphabet, *byte)).take(missing));
    }
    text
}

/// The symbol that a random byte stands for, or none when the byte must be discarded.
///
/// 256 is no multiple of 62: the few bytes beyond the last whole multiple would favour the first symbols.
fn symbol(alphabet: &[u8], byte: u8) -> Option<char> {
    let byte = usize::from(byte);
    let whole_multiple = 256 - 256 % alphabet.len();
    let symbol = alphabet.get(byte % alphabet.len())?;
    (byte < whole_multiple).then_some(char::from(*symbol))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::ExposeSecret;
    use crate::testing::SeededEntropy;

    #[test]
    fn over_all_bytes_every_symbol_of_every_alphabet_comes_equally_often() {
        for alphabet in [DIGITS, LETTERS_AND_DIGITS, CAPITALS_AND_DIGITS, BASE32, LOWER_HEX] {
            let mut counts = HashMap::new();
            for symbol in (0..=u8::MAX).filter_map(|byte| symbol(alphabet, byte)) {
                *counts.entry(symbol).or_insert(0) += 1;
            }
            assert_eq!(counts.len(), alphabet.len());
            assert!(counts.values().all(|count| *count == 256 / alphabet.len()), "{counts:?}");
        }
    }

    #[test]
    fn drawn_symbols_pass_a_chi_squared_test() {
        let entropy = SeededEntropy::new(1);
        let draws = 620_000;
        let mut counts: HashMap<char, f64> = HashMap::new();
        for symbol in alphanumeric(&entropy, draws).chars() {
            *counts.entry(symbol).or_default() += 1.0;
        }
        let expected = draws as f64 / 62.0;
        let chi_squared: f64 = counts.values().map(|count| (count - expected).powi(2) / expected).sum();
        assert_eq!(counts.len(), 62);
        // 61 degrees of freedom: beyond 110 with a probability of 1 in 8,000; modulo 62 of a byte gives 7,000
        assert!(chi_squared < 110.0, "{chi_squared}");
    }

    #[test]
    fn texts_have_their_length_and_alphabet() {
        let entropy = SeededEntropy::new(2);
        for length in [0, 1, 31, 32, 33, 500] {
            let text = alphanumeric(&entropy, length);
            assert!(text.len() == length && text.bytes().all(|b| b.is_ascii_alphanumeric()));
            let text = hex(&entropy, length);
            assert!(text.len() == 2 * length && text.bytes().all(|b| LOWER_HEX.contains(&b)));
        }
        assert_eq!(password(&entropy).expose_secret().len(), 24);
        assert_ne!(password(&entropy).expose_secret(), password(&entropy).expose_secret());
    }

    #[test]
    fn security_tokens_have_as_many_digits_as_asked_within_their_bounds_and_never_a_leading_zero() {
        let entropy = SeededEntropy::new(3);
        for (asked, given) in [(0, 10), (10, 10), (20, 20), (39, 39), (255, 39)] {
            assert_eq!(security_token(&entropy, asked).digits().len(), given);
        }
        let mut first_digits = [0; 10];
        for _ in 0..9_000 {
            let token = security_token(&entropy, 10);
            first_digits[usize::from(token.digits().as_bytes()[0] - b'0')] += 1;
        }
        assert_eq!(first_digits[0], 0);
        assert!(first_digits[1..].iter().all(|count| (850..1150).contains(count)), "{first_digits:?}");
    }

    #[test]
    fn ids_are_positive_and_use_their_63_bits() {
        let entropy = SeededEntropy::new(4);
        let (mut ones, mut zeros) = (0, 0);
        for _ in 0..1_000 {
            let id = id(&entropy);
            assert!(id > 0);
            ones |= id;
            zeros |= !id;
        }
        assert_eq!(ones, i64::MAX);
        assert_eq!(zeros & i64::MAX, i64::MAX);
    }
}
