//! Failed logins and who is held back, as the lists show them.

use portreeve_api::{ApiError, Ctx};
use portreeve_store::{FailedGuess, HeldBackBy};
use portreeve_types::{Service, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::{minutes_left, moment};

/// An address that is held back.
#[derive(Serialize, JsonSchema)]
pub(crate) struct HeldBackAddress {
    /// Until when, in UTC: `2026-01-15 12:00:05`.
    exptime: String,
    /// The address, or a neighbourhood as its first address with the number of its bits.
    ip: String,
    /// When its latest wrong try was.
    logintime: String,
    /// How many failures count.
    notes: String,
    /// Minutes that are left.
    timeleft: i64,
}

/// The addresses that are held back.
pub(crate) async fn held_back(cx: &Ctx, by: HeldBackBy) -> Result<Vec<HeldBackAddress>, ApiError> {
    let held = cx.store.held_back(by).await?.into_iter();
    Ok(held
        .map(|held| HeldBackAddress {
            exptime: moment(held.until),
            ip: held.address,
            logintime: moment(held.latest),
            notes: format!("{} failed logins", held.failures),
            timeleft: minutes_left(cx, held.until),
        })
        .collect())
}

/// A failed login, or a login name that is held back.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FailedTry {
    /// The service that was asked, as `service` has it.
    authservice: &'static str,
    /// Until when it counts, or holds others back, in UTC: `2026-01-15 12:00:05`.
    exptime: String,
    /// What was wrong: `password`, `code` or `answers`. A member of ours.
    guess: &'static str,
    /// From where it came.
    ip: String,
    /// When it was.
    logintime: String,
    /// The service: `cpaneld`, `whostmgrd` or `webmaild`.
    service: &'static str,
    /// Minutes that are left.
    timeleft: i64,
    /// The login name; empty if nobody has it.
    user: String,
}

/// What a try was, of all that a list shows.
struct Shown {
    user: String,
    ip: String,
    service: Service,
    guess: FailedGuess,
    at: Timestamp,
    until: Timestamp,
}

/// The failed logins of late.
pub(crate) async fn failed_logins(cx: &Ctx) -> Result<Vec<FailedTry>, ApiError> {
    let failed = cx.store.failed_logins().await?.into_iter();
    Ok(failed
        .map(|failed| Shown {
            user: failed.login,
            ip: failed.address.to_string(),
            service: failed.service,
            guess: failed.guess,
            at: failed.failed,
            until: failed.counts_until,
        })
        .map(|shown| shown.item(cx))
        .collect())
}

/// The login names that are held back.
pub(crate) async fn held_back_names(cx: &Ctx) -> Result<Vec<FailedTry>, ApiError> {
    let held = cx.store.held_back(HeldBackBy::Login).await?.into_iter();
    Ok(held
        .map(|held| Shown {
            user: held.login,
            ip: held.address,
            service: held.service,
            guess: held.guess,
            at: held.latest,
            until: held.until,
        })
        .map(|shown| shown.item(cx))
        .collect())
}

impl Shown {
    fn item(self, cx: &Ctx) -> FailedTry {
        FailedTry {
            authservice: self.service.daemon(),
            exptime: moment(self.until),
            guess: match self.guess {
                FailedGuess::Password => "password",
                FailedGuess::Code => "code",
                FailedGuess::Answers => "answers",
            },
            ip: self.ip,
            logintime: moment(self.at),
            service: self.service.daemon(),
            timeleft: minutes_left(cx, self.until),
            user: self.user,
        }
    }
}
