//! Comparison in a time that does not depend on where two values differ. Their lengths are not hidden.

use subtle::ConstantTimeEq;

/// Whether two byte strings are equal.
#[must_use]
pub fn bytes_equal(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// Whether two texts are equal.
#[must_use]
pub fn text_equal(left: &str, right: &str) -> bool {
    bytes_equal(left.as_bytes(), right.as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_agrees_with_plain_comparison(left: Vec<u8>, right: Vec<u8>, position: usize) {
            prop_assert_eq!(bytes_equal(&left, &right), left == right);
            prop_assert!(bytes_equal(&left, &left.clone()));
            let mut changed = left.clone();
            if let Some(last) = left.len().checked_sub(1) {
                changed[position % (last + 1)] ^= 1;
                prop_assert!(!bytes_equal(&left, &changed));
            }
        }
    }

    #[test]
    fn a_prefix_is_not_equal() {
        assert!(text_equal("secret", "secret"));
        assert!(!text_equal("secret", "secre"));
        assert!(!text_equal("", "s"));
    }
}
