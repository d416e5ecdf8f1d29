//! The simulation of a guesser, small enough for every run of the tests.

#[path = "../src/simulate_guessing/mod.rs"]
mod simulate_guessing;

use std::time::Duration;

use simulate_guessing::{Options, simulate};

const SMALL: Options = Options {
    guesses: 20_000,
    addresses: 100_000,
    users: 12,
    seed: 7,
    lasts: Duration::from_secs(6 * 3600),
    at_a_time: 16,
    without: None,
};

#[tokio::test]
async fn twenty_thousand_guesses_from_a_hundred_thousand_addresses_break_no_bound_and_lock_no_owner_out() {
    let report = simulate(SMALL).await.unwrap();
    assert_eq!(report.broken(), Vec::<String>::new(), "{report}");
}

#[tokio::test]
async fn a_rule_that_is_switched_off_breaks_a_bound() {
    for (without, complaint) in [
        ("cphulk::username_based_protection", "passwords of a name, unknown addresses, in any hour"),
        ("cphulk::ip_based_protection", "names of nobody, an address"),
    ] {
        let lasts = Duration::from_secs(1800);
        let options = Options { without: Some(without), lasts, guesses: 10_000, ..SMALL };
        let report = simulate(options).await.unwrap();
        let broken = report.broken();
        assert!(broken.iter().any(|broken| broken.starts_with(complaint)), "{without}: {report}");
    }
}
