//! Reads arbitrary text as the record of a password: crypt(3) strings and Argon2id's.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portreeve_crypt::{PasswordHash, Scheme};

fuzz_target!(|record: &str| {
    let hash = PasswordHash::from_record(record.to_owned());
    assert_eq!(hash.as_record(), record);
    let _ = (hash.needs_rehash(Scheme::Panel), hash.needs_rehash(Scheme::Service));
    match cost(record) {
        Cost::Unknown => assert_eq!(hash.evaluate_here(b"first"), None, "{record:?} is evaluated"),
        Cost::Beyond => assert_eq!(hash.evaluate_here(b"first"), None, "{record:?} may exhaust the machine"),
        // right, but it takes too long here
        Cost::High => {}
        Cost::Low => {
            let (first, second) = (hash.evaluate_here(b"first"), hash.evaluate_here(b"second"));
            assert!(!(first == Some(true) && second == Some(true)), "{record:?} is right for everybody");
            // a bcrypt record takes no password of more than 72 bytes, and no record takes an endless one
            let _ = hash.evaluate_here(&[b'x'; 73]);
        }
    }
});

enum Cost {
    /// No kind that is read.
    Unknown,
    /// More than a record may ask for.
    Beyond,
    High,
    Low,
}

/// What evaluating a record takes, read in another way than the program's.
fn cost(record: &str) -> Cost {
    let parts: Vec<&str> = record.split('$').collect();
    let (Some(kind), Some(parameters)) = (parts.get(1), parts.get(2)) else { return Cost::Unknown };
    match *kind {
        "5" | "6" => match parameters.strip_prefix("rounds=").map(str::parse::<u64>) {
            None => Cost::Low,
            Some(Ok(0..=5_000)) => Cost::Low,
            Some(Ok(5_001..=1_000_000)) => Cost::High,
            Some(_) => Cost::Beyond,
        },
        "2a" | "2b" | "2y" => match parameters.parse::<u64>() {
            Ok(0..=5) => Cost::Low,
            Ok(6..=15) => Cost::High,
            _ => Cost::Beyond,
        },
        "y" if parameters.len() != 3 => Cost::Beyond,
        // N is the second character: `.` is 2, `/` is 4, and so on
        "y" if parameters.as_bytes().get(1).is_some_and(|log| b"./01234".contains(log)) => Cost::Low,
        "y" => Cost::High,
        "argon2id" => {
            let costs = parts.get(3).copied().unwrap_or_default().split(',');
            let of = |name| costs.clone().find_map(|cost| cost.strip_prefix(name)?.parse::<u64>().ok());
            match (of("m="), of("t=")) {
                (Some(262_145..), _) | (_, Some(17..)) => Cost::Beyond,
                (Some(0..=256), Some(0..=2)) => Cost::Low,
                _ => Cost::High,
            }
        }
        _ => Cost::Unknown,
    }
}
