//! What holds of every record, whoever wrote it.

use proptest::prelude::*;

use super::*;
use crate::testing::SeededEntropy;

const CHEAP: Cost = Cost { memory_kib: 64, passes: 1 };

fn evaluated(record: &str, password: &[u8]) -> Option<bool> {
    PasswordHash::from_record(record.to_owned()).evaluate(password)
}

/// Parameters that ask for little, for too much, or for nothing that can be understood.
fn records() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,60}",
        "\\$(1|5|6|2a|2b|2y|2x|y|7|argon2i|argon2id)?\\$[ -~]{0,12}(\\$[./A-Za-z0-9]{0,30}){0,3}",
        "\\$[56]\\$rounds=[0-9+-]{0,4}\\$[./A-Za-z0-9]{0,20}\\$[./A-Za-z0-9]{0,90}",
        "\\$2[aby]\\$(0[0-5]|3[0-9]|[0-9]{0,3})\\$[./A-Za-z0-9]{0,60}",
        "\\$argon2id\\$v=(19|16|)\\$m=(8|64|9999999|),t=(1|2|99),p=[0-3]\\$[A-Za-z0-9+/]{0,24}\\$[A-Za-z0-9+/]{0,44}",
    ]
    // what is right but takes seconds is not what this is about
    .prop_filter("it takes too long", |record| !is_dear(record))
}

fn is_dear(record: &str) -> bool {
    let parameters = record.split('$').nth(2).unwrap_or_default();
    let cost: u32 = parameters.trim_start_matches("rounds=").parse().unwrap_or_default();
    match record.split('$').nth(1) {
        Some("2a" | "2b" | "2y") => (6..=15).contains(&cost),
        Some("5" | "6") => (6_000..=1_000_000).contains(&cost),
        Some("y") => parameters.len() == 3,
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_record_is_kept_to_the_letter_and_is_nobodys_but_one_passwords(record in records()) {
        let hash = PasswordHash::from_record(record.clone());
        prop_assert_eq!(hash.as_record(), record.as_str());
        let both = (evaluated(&record, b"first"), evaluated(&record, b"second"));
        prop_assert!(both != (Some(true), Some(true)), "{}", record);
        prop_assert_eq!(both.0, evaluated(&record, b"first"));
    }

    #[test]
    fn a_record_that_asks_for_too_much_is_not_evaluated(
        rounds in 1_000_001_u64.., cost in 16_u32..99, memory in 262_145_u32.., passes in 17_u32..,
    ) {
        for record in [
            format!("$6$rounds={rounds}$saltstring$x"),
            format!("$5$rounds={rounds}$saltstring$x"),
            format!("$2y${cost}$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2"),
            format!("$argon2id$v=19$m={memory},t=1,p=1$aWxNWmVKdWl0cmNiRzhYRw$8KIFcS2STqvMkKyrcGNbMV479bFwbXXMlcc28H38eRg"),
            format!("$argon2id$v=19$m=64,t={passes},p=1$aWxNWmVKdWl0cmNiRzhYRw$8KIFcS2STqvMkKyrcGNbMV479bFwbXXMlcc28H38eRg"),
        ] {
            prop_assert_eq!(evaluated(&record, b"first"), None, "{}", record);
        }
    }

    #[test]
    fn a_new_hash_is_its_passwords_and_no_others_and_no_letter_of_it_may_change(
        password in "\\PC{0,20}", seed: u64, place: prop::sample::Index, argon: bool,
    ) {
        let entropy = SeededEntropy::new(seed);
        let record = match argon {
            true => argon2id::hash(password.as_bytes(), CHEAP, &entropy),
            false => crypt3::hash(password.as_bytes(), &entropy),
        };
        prop_assert_eq!(evaluated(&record, password.as_bytes()), Some(true));
        prop_assert_eq!(evaluated(&record, format!("{password}x").as_bytes()), Some(false));
        // one character of salt or hash
        let start = record.len() - 50;
        let at = start + place.index(50);
        let other = if record.as_bytes()[at] == b'A' { 'B' } else { 'A' };
        let changed = format!("{}{other}{}", &record[..at], &record[at + 1..]);
        prop_assert_ne!(evaluated(&changed, password.as_bytes()), Some(true), "{}", changed);
    }
}
