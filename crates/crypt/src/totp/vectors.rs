//! The published test vectors, and the window around them.

use portreeve_types::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::ExposeSecret;
use crate::testing::SeededEntropy;

fn secret(bytes: &[u8]) -> TotpSecret {
    TotpSecret::from_bytes(bytes).unwrap()
}

fn matching_step(secret: &TotpSecret, code: &str, now: i64, window: u8) -> Option<i64> {
    secret.matching_step(&code.parse().unwrap(), Timestamp::from_seconds(now), window)
}

#[test]
fn codes_agree_with_rfc_4226_appendix_d() {
    let secret = secret(b"12345678901234567890");
    let codes =
        ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
    for (step, code) in (0..).zip(codes) {
        assert_eq!(secret.code_at_step(step), code);
    }
}

#[test]
fn codes_agree_with_rfc_6238_appendix_b() {
    let times = [59, 1_111_111_109, 1_111_111_111, 1_234_567_890, 2_000_000_000, 20_000_000_000];
    let tables = [
        (Algorithm::Sha1, 20, ["94287082", "07081804", "14050471", "89005924", "69279037", "65353130"]),
        (Algorithm::Sha256, 32, ["46119246", "68084774", "67062674", "91819424", "90698825", "77737706"]),
        (Algorithm::Sha512, 64, ["90693936", "25091201", "99943326", "93441116", "38618901", "47863826"]),
    ];
    let digits: Vec<u8> = b"1234567890".repeat(7);
    for (algorithm, length, codes) in tables {
        let secret = secret(&digits[..length]);
        for (time, code) in times.into_iter().zip(codes) {
            let at = Timestamp::from_seconds(time);
            let generated = generate_code(&secret, at, 8, algorithm).unwrap();
            assert_eq!(generated.code.expose_secret(), code, "{algorithm:?} at {time}");
            for shorter in [6, 7] {
                let generated = generate_code(&secret, at, shorter, algorithm).unwrap();
                assert_eq!(generated.code.expose_secret(), &code[8 - usize::from(shorter)..]);
            }
        }
    }
}

#[test]
fn a_code_has_six_to_eight_digits_and_lasts_until_its_step_ends() {
    let secret = secret(&[7; 10]);
    let left = |seconds| {
        let at = Timestamp::from_seconds(seconds);
        generate_code(&secret, at, 6, Algorithm::Sha1).unwrap().seconds_left
    };
    assert_eq!((left(0), left(1), left(29), left(30)), (30, 29, 1, 30));
    for digits in [0, 5, 9, 10, 255] {
        assert!(generate_code(&secret, Timestamp::from_seconds(0), digits, Algorithm::Sha1).is_err());
    }
}

#[test]
fn the_window_ends_where_it_says() {
    let secret = secret(b"12345678901234567890");
    let code = secret.code_at_step(100);
    // step 100 lasts from 3000 to 3029
    for (now, window, found) in [
        (2999, 0, None),
        (3000, 0, Some(100)),
        (3029, 0, Some(100)),
        (3030, 0, None),
        (2969, 1, None),
        (2970, 1, Some(100)),
        (3059, 1, Some(100)),
        (3060, 1, None),
        (2939, 2, None),
        (2940, 2, Some(100)),
        (3089, 2, Some(100)),
        (3090, 2, None),
    ] {
        assert_eq!(matching_step(&secret, &code, now, window), found, "{now} {window}");
    }
}

#[test]
fn of_two_steps_with_one_code_the_nearest_to_now_is_taken_and_then_the_earlier() {
    // found by search
    let secret = secret(b"12345678901234567890");
    let (first, second) = (103_424, 103_427);
    let code = secret.code_at_step(first);
    assert_eq!(secret.code_at_step(second), code);
    for present in first - 5..=second + 5 {
        let nearest = if present - first <= second - present { first } else { second };
        assert_eq!(matching_step(&secret, &code, present * 30, 10), Some(nearest), "{present}");
    }
}

#[test]
fn no_step_before_1970_matches() {
    let secret = secret(&[9; 10]);
    let code = secret.code_at_step(0);
    assert_eq!(matching_step(&secret, &code, 0, 2), Some(0));
    assert_eq!(matching_step(&secret, &code, -31, 0), None);
    assert_eq!(matching_step(&secret, &code, -30, 1), Some(0));
}

#[test]
fn lost_leading_zeros_do_not_matter() {
    let secret = secret(b"12345678901234567890");
    let (step, code) = (0..)
        .map(|step| (step, secret.code_at_step(step)))
        .find(|(_, code)| code.starts_with("00"))
        .expect("a code that begins with zeros");
    assert_eq!(matching_step(&secret, code.trim_start_matches('0'), step * 30, 0), Some(step));
}

#[test]
fn secrets_of_the_original_are_read_and_short_long_or_mistyped_ones_are_not() {
    for good in ["QSARBVKLZHYHLJ3M", "qsar bvkl zhyh lj3m", "QSAR-BVKL-ZHYH-LJ3M"] {
        let secret: TotpSecret = good.parse().unwrap();
        assert_eq!(secret.base32().expose_secret(), "QSARBVKLZHYHLJ3M");
    }
    assert!("A".repeat(103).parse::<TotpSecret>().is_ok());
    for bad in [
        "",
        "QSARBVKLZHYHLJ3",
        "QSARBVKLZHYHLJ3MA",
        "QSARBVKLZHYHLJ31",
        "QSARBVKLZHYHLJ3M======",
        "ÄSARBVKLZHYHLJ3M",
        &"A".repeat(104),
    ] {
        assert!(bad.parse::<TotpSecret>().is_err(), "{bad:?}");
    }
    assert!(TotpSecret::from_bytes(&[0; 9]).is_err() && TotpSecret::from_bytes(&[0; 65]).is_err());
}

#[test]
fn a_new_secret_has_160_bits_and_no_second_is_like_it() {
    let entropy = SeededEntropy::new(20);
    let (first, second) = (TotpSecret::generate(&entropy), TotpSecret::generate(&entropy));
    assert_eq!(first.bytes().len(), 20);
    assert_eq!(first.base32().expose_secret().len(), 32);
    assert_ne!(first.bytes(), second.bytes());
}

#[test]
fn the_address_has_the_shape_of_the_originals() {
    let secret: TotpSecret = "QSARBVKLZHYHLJ3M".parse().unwrap();
    assert_eq!(
        secret.otpauth_url("fakedomain", "Example cPanel"),
        "otpauth://totp/Example%20cPanel:fakedomain?secret=QSARBVKLZHYHLJ3M&issuer=Example%20cPanel"
    );
    assert_eq!(
        secret.otpauth_url("a@b.example", "x:y&z=ü/?#"),
        "otpauth://totp/x%3Ay%26z%3D%C3%BC%2F%3F%23:a%40b.example?secret=QSARBVKLZHYHLJ3M\
         &issuer=x%3Ay%26z%3D%C3%BC%2F%3F%23"
    );
}

proptest! {
    #[test]
    fn every_secret_survives_its_text_form(bytes in prop::collection::vec(any::<u8>(), 10..=64)) {
        let read: TotpSecret = secret(&bytes).base32().expose_secret().parse().unwrap();
        prop_assert_eq!(read.bytes(), bytes.as_slice());
    }

    #[test]
    fn no_text_makes_it_panic(text: String) {
        let _ = text.parse::<TotpSecret>();
        let _ = text.parse::<Code>();
    }
}
