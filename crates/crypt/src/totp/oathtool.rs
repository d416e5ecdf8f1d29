//! The same codes as `oathtool`, an implementation that shares nothing with ours.

use std::process::Command;
use std::thread;

use portreeve_types::Timestamp;

use super::*;
use crate::testing::SeededEntropy;
use crate::{ExposeSecret, random};

const SECRETS_PER_THREAD: usize = 500;
const THREADS: u64 = 2;
const STEPS_PER_SECRET: i64 = 10;

/// What `oathtool` says for a number of steps in a row.
#[expect(clippy::disallowed_methods, reason = "the test compares with a program")]
fn oathtool(secret: &TotpSecret, from: Timestamp, steps: i64) -> Vec<String> {
    let output = Command::new("oathtool")
        .args(["--totp", "--base32", "--now", &format!("@{}", from.seconds())])
        .args(["--window", &(steps - 1).to_string(), secret.base32().expose_secret()])
        .output()
        .expect("oathtool is missing: install the package oathtool (oath-toolkit)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Compares random secrets of every length at random times until 2100.
fn compare(seed: u64) {
    let entropy = SeededEntropy::new(seed);
    for number in 0..SECRETS_PER_THREAD {
        let bytes: Vec<u8> = (0..10 + number % 55).map(|_| random::id(&entropy).to_le_bytes()[0]).collect();
        let secret = TotpSecret::from_bytes(&bytes).unwrap();
        let from = Timestamp::from_seconds(random::id(&entropy) % 4_102_444_800);
        let first = TotpSecret::step_of(from);
        let ours: Vec<String> =
            (first..first + STEPS_PER_SECRET).map(|step| secret.code_at_step(step)).collect();
        assert_eq!(ours, oathtool(&secret, from, STEPS_PER_SECRET), "{bytes:?} at {}", from.seconds());
    }
}

#[test]
fn ten_thousand_codes_of_a_thousand_random_secrets_agree() {
    let threads: Vec<_> = (0..THREADS).map(|seed| thread::spawn(move || compare(seed))).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}
