//! How strong a password is, in the original's figures: 0 to 100.

use crate::{ExposeSecret, SecretString};

/// Points for each power of ten in the number of guesses that a password withstands: ten thousand million guesses,
/// the estimator's best class, are 65 points, which is what new passwords need unless a policy says otherwise.
const POINTS: f64 = 6.5;

/// Characters that are looked at. A password is at least as strong as its beginning, and looking takes time.
const LONGEST: usize = 64;

/// How strong a password is: 0 withstands nothing, 100 more than 10^15 guesses.
#[must_use]
pub fn strength(password: &SecretString) -> u8 {
    let beginning: String = password.expose_secret().chars().take(LONGEST).collect();
    let beginning = zeroize::Zeroizing::new(beginning);
    let points = zxcvbn::zxcvbn(&beginning, &[]).guesses_log10() * POINTS;
    // rounded down, so that what is called enough is enough; `as` keeps to the type's bounds
    points.clamp(0.0, 100.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_dates_and_rows_of_keys_are_weak_and_length_without_pattern_is_strong() {
        let strength = |text: &str| strength(&text.to_owned().into());
        for weak in
            ["", "password", "Passw0rd!", "qwertyuiop", "12.03.1984", "blahblah", "aaaaaaaaaaaaaaaaaaaa"]
        {
            assert!(strength(weak) < 65, "{weak}: {}", strength(weak));
        }
        for strong in ["correct horse battery staple", "xK9#mQ2$vL7!", "Zwölf Boxkämpfer jagen Viktor"] {
            assert!(strength(strong) >= 65, "{strong}: {}", strength(strong));
        }
        assert_eq!(strength(&"correct horse battery staple".repeat(9)), 100);
    }
}
