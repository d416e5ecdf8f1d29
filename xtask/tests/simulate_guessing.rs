//! The simulation of a guesser, small enough for every run of the tests.

#[path = "../src/simulate_guessing/mod.rs"]
mod simulate_guessing;

use simulate_guessing::{Options, simulate};

const SMALL: Options = Options {
    guesses: 100_000,
    addresses: 100_000,
    users: 4,
    seed: 7,
    lasts: std::time::Duration::from_secs(24 * 3600),
    owners_every: std::time::Duration::from_secs(15 * 60),
    without: None,
};

#[tokio::test]
async fn a_hundred_thousand_guesses_from_as_many_addresses_break_no_bound_and_lock_no_owner_out() {
    let report = simulate(SMALL).await.unwrap();
    assert_eq!(report.broken(), Vec::<String>::new(), "{report}");
}

#[tokio::test]
async fn a_rule_that_is_switched_off_breaks_a_bound() {
    for (without, complaint, guesses) in [
        ("cphulk::username_based_protection", "Password: ", 10_000),
        ("cphulk::ip_based_protection", "NobodysPassword: ", 100_000),
    ] {
        let lasts = std::time::Duration::from_secs(1800);
        let options = Options { without: Some(without), lasts, guesses, ..SMALL };
        let report = simulate(options).await.unwrap();
        let broken = report.broken();
        assert!(broken.iter().any(|broken| broken.starts_with(complaint)), "{without}: {report}");
    }
}
