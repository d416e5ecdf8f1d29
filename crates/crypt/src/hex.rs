//! Lower-case hexadecimal.

/// The digits, in order.
pub(crate) const LOWER_HEX: &[u8] = b"0123456789abcdef";

/// Two lower-case digits for each byte.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16);
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]).filter_map(digit).collect()
}

/// Exactly `N` bytes of lower-case digits, otherwise nothing.
pub(crate) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = value(*high)? << 4 | value(*low)?;
    }
    Some(bytes)
}

/// A digit's value.
fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_encoded_decodes_to_itself(bytes: [u8; 32]) {
            prop_assert_eq!(decode::<32>(&encode(&bytes)), Some(bytes));
        }
    }

    #[test]
    fn wrong_lengths_and_digits_are_refused() {
        assert_eq!(encode(&[0x00, 0x9f, 0xff]), "009fff");
        for bad in ["", "0", "00f", "0g", "F0", " 0", "é"] {
            assert_eq!(decode::<1>(bad), None, "{bad:?}");
        }
    }
}
