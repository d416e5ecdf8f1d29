//! What a counter grants and refuses, rule by rule.

use std::time::Duration;

use super::super::figures::Figures;
use super::super::rule::{
    CODE_CAP, CODE_HERE, CODE_PACE, ClearedBy, PASSWORD_CAP, PASSWORD_HERE, TWENTY_IN_A_ROW, address,
    neighbourhood,
};
use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_000_000 + seconds)
}

/// A guesser without a row, and its rule.
struct Fresh<'a>(Guesser, &'a Rule);

fn fresh(rule: &Rule) -> Fresh<'_> {
    let guesser = Guesser::new(false);
    guesser.load(0, None);
    Fresh(guesser, rule)
}

impl Fresh<'_> {
    fn reserve(&self, now: Timestamp) -> Decision {
        self.0.reserve(self.1, now)
    }

    fn failed(&self, failures: u32, now: Timestamp) {
        let forgotten = now.after(self.1.decay);
        self.0.failed(Recorded { failures, last_failure: now, forgotten });
    }

    fn abandoned(&self, now: Timestamp) {
        self.0.abandoned(self.1, now);
    }

    fn succeeded(&self) {
        self.0.succeeded(self.1);
    }

    fn refunded(&self) {
        self.0.refunded();
    }
}

fn fail(guesser: &Fresh<'_>, times: u32, now: Timestamp) {
    for failure in 1..=times {
        assert_eq!(guesser.reserve(now), Decision::Granted);
        guesser.failed(failure, now);
    }
}

/// Fails as often as is free, and then each time it may until the waits are these.
fn waits_are(rule: &Rule, waits: &[i64]) {
    let guesser = fresh(rule);
    fail(&guesser, rule.free, at(0));
    let mut now = 0;
    for (failures, wait) in (rule.free + 1..).zip(waits) {
        assert_eq!(guesser.reserve(at(now)), Decision::Throttled(wait.unsigned_abs()));
        assert_eq!(guesser.reserve(at(now + wait - 1)), Decision::Throttled(1));
        now += wait;
        assert_eq!(guesser.reserve(at(now)), Decision::Granted);
        guesser.failed(failures, at(now));
    }
}

#[test]
fn five_failures_are_free_and_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
    waits_are(&PASSWORD_HERE, &[2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    waits_are(&CODE_HERE, &[2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
}

#[test]
fn twenty_wrong_codes_from_anywhere_close_for_a_quarter_of_an_hour_doubling_up_to_a_day() {
    let waits = [900, 1800, 3600, 7200, 14_400, 28_800, 57_600, 86_400, 86_400];
    waits_are(&CODE_CAP, &waits);
    waits_are(&TWENTY_IN_A_ROW, &waits);
}

#[test]
fn an_address_waits_after_twenty_failures_and_is_blocked_after_thirty_for_an_hour_up_to_a_day() {
    let rule = address(&Figures::default());
    waits_are(
        &rule,
        &[2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 3600, 7200, 14_400, 28_800, 57_600, 86_400, 86_400],
    );
    assert_eq!((rule.free, rule.window), (20, Some(Duration::from_secs(900))));
    let neighbours = neighbourhood(&Figures::default());
    assert_eq!((neighbours.free, neighbours.block.map(|(from, _)| from)), (200, Some(300)));
}

#[test]
fn codes_of_one_name_are_five_and_then_one_in_half_a_minute() {
    waits_are(&CODE_PACE, &[30, 30, 30]);
}

#[test]
fn a_hundred_failures_in_a_row_close_what_no_time_opens() {
    for rule in [PASSWORD_CAP, CODE_CAP] {
        let guesser = fresh(&rule);
        guesser.failed(100, at(0));
        assert_eq!(guesser.reserve(at(86_400 * 29)), Decision::Throttled(86_400));
        guesser.succeeded();
        // a right code opens it; a right password alone does not, but a login with all that is asked for
        let opened = if rule.cleared_by == ClearedBy::Success {
            Decision::Granted
        } else {
            Decision::Throttled(86_400)
        };
        assert_eq!(guesser.reserve(at(86_400 * 29)), opened);
        guesser.0.forgive();
        assert_eq!(guesser.reserve(at(86_400 * 29)), Decision::Granted);
    }
}

#[test]
fn given_up_tries_that_are_free_end_with_the_window_of_the_first() {
    let rule = address(&Figures::default());
    let guesser = fresh(&rule);
    for second in 0..19 {
        assert_eq!(guesser.reserve(at(second)), Decision::Granted);
        guesser.abandoned(at(second));
    }
    assert_eq!(guesser.reserve(at(899)), Decision::Granted);
    assert_eq!(guesser.reserve(at(899)), Decision::Throttled(2));
    guesser.refunded();
    for _ in 0..19 {
        assert_eq!(guesser.reserve(at(900)), Decision::Granted);
        guesser.abandoned(at(900));
    }
}

#[test]
fn a_success_forgives_no_address() {
    let rule = address(&Figures::default());
    let guesser = fresh(&rule);
    fail(&guesser, 20, at(0));
    assert_eq!(guesser.reserve(at(2)), Decision::Granted);
    guesser.succeeded();
    assert_eq!(guesser.reserve(at(1)), Decision::Throttled(1));
}

#[test]
fn without_a_failure_only_the_number_of_tries_at_once_is_bounded() {
    let guesser = fresh(&PASSWORD_HERE);
    for _ in 0..32 {
        assert_eq!(guesser.reserve(at(0)), Decision::Granted);
    }
    assert_eq!(guesser.reserve(at(0)), Decision::Busy);
    guesser.refunded();
    assert_eq!(guesser.reserve(at(0)), Decision::Granted);
    assert_eq!(guesser.reserve(at(0)), Decision::Busy);
    guesser.succeeded();
    for _ in 31..512 {
        assert_eq!(guesser.reserve(at(0)), Decision::Granted);
    }
    assert_eq!(guesser.reserve(at(0)), Decision::Busy);
}

#[test]
fn after_a_failure_tries_under_way_count_against_the_free_ones() {
    let guesser = fresh(&PASSWORD_HERE);
    fail(&guesser, 1, at(0));
    for _ in 0..4 {
        assert_eq!(guesser.reserve(at(0)), Decision::Granted);
    }
    assert_eq!(guesser.reserve(at(0)), Decision::Throttled(2));
    guesser.refunded();
    assert_eq!(guesser.reserve(at(0)), Decision::Granted);
}

#[test]
fn beyond_the_free_failures_one_try_runs_at_a_time() {
    let guesser = fresh(&PASSWORD_HERE);
    fail(&guesser, 5, at(0));
    assert_eq!(guesser.reserve(at(2)), Decision::Granted);
    assert_eq!(guesser.reserve(at(2)), Decision::Throttled(4));
}

#[test]
fn a_failure_takes_the_trust_that_a_success_gave() {
    let guesser = fresh(&PASSWORD_HERE);
    assert_eq!(guesser.reserve(at(0)), Decision::Granted);
    guesser.succeeded();
    fail(&guesser, 1, at(0));
    for _ in 0..32 {
        assert_eq!(guesser.reserve(at(86_400)), Decision::Granted);
    }
    assert_eq!(guesser.reserve(at(86_400)), Decision::Busy);
}

#[test]
fn a_try_given_up_counts_as_a_failure() {
    let guesser = fresh(&PASSWORD_HERE);
    for _ in 0..5 {
        assert_eq!(guesser.reserve(at(0)), Decision::Granted);
        guesser.abandoned(at(0));
    }
    assert_eq!(guesser.reserve(at(1)), Decision::Throttled(1));
}

#[test]
fn a_success_or_a_day_without_failure_clears_the_count() {
    let guesser = fresh(&PASSWORD_HERE);
    fail(&guesser, 5, at(0));
    assert_eq!(guesser.reserve(at(86_400)), Decision::Granted);
    guesser.succeeded();
    fail(&guesser, 5, at(86_400));
    assert_eq!(guesser.reserve(at(86_402)), Decision::Granted);
    guesser.succeeded();
    assert_eq!(guesser.reserve(at(86_402)), Decision::Granted);
}

#[test]
fn a_clock_set_back_does_not_lengthen_the_wait() {
    let guesser = fresh(&PASSWORD_HERE);
    fail(&guesser, 5, at(50_000));
    assert_eq!(guesser.reserve(at(0)), Decision::Throttled(2));
}

#[test]
fn a_row_read_before_a_change_is_not_believed() {
    let guesser = fresh(&PASSWORD_HERE);
    guesser.0.outdate();
    let version = guesser.0.outdated().unwrap();
    fail(&guesser, 1, at(0));
    assert!(!guesser.0.load(version, None));
    assert!(guesser.0.outdated().is_some());
}
