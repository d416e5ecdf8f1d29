//! Codes of a second factor: one-time codes and recovery codes, counted alike and each settled in its ledger.

use portreeve_api::Environment;
use portreeve_crypt::{Code, RecoveryCode, TotpSecret};
use portreeve_store::{CodeUse, Guess, Permit, TwoFactor};
use portreeve_types::{Service, Timestamp};

use super::counters::reserve;
use super::denied::{CodeProblem, Denied};
use super::proof::Proof;
use super::sightings::note_reused_code;
use crate::app::App;
use crate::hint::Hint;
use crate::request::Request;

/// What came of a code.
pub(crate) enum FactorCheck {
    /// It is right, and used up.
    Passed {
        /// What its owner should know: that few recovery codes are left.
        hint: Option<Hint>,
    },
    /// It is not.
    Problem(CodeProblem),
}

/// What a code is given for.
#[derive(Clone, Copy)]
pub(super) enum GivenFor {
    /// A session of a service.
    Login(Service),
    /// One request, whose header has it.
    Call,
}

/// So few recovery codes are left that their owner is told.
const FEW: usize = 3;

/// Checks a code, whose shape says of which kind it is. Counted before it is evaluated; the password is proven.
pub(super) async fn check(
    app: &App,
    request: &Request,
    proof: &Proof,
    factor: Option<&TwoFactor>,
    given_for: GivenFor,
    code: &str,
) -> Result<FactorCheck, Denied> {
    let (one_time, recovery) = (code.parse::<Code>(), code.parse::<RecoveryCode>());
    let guess = if one_time.is_err() && recovery.is_ok() { Guess::RecoveryCode } else { Guess::Code };
    let permit = reserve(app, request, &proof.prover_name(), guess).await?;
    let try_of = Try { app, environment: &app.environment, request, proof, permit };
    match (factor, one_time, recovery) {
        (Some(factor), Ok(code), _) => try_of.one_time_code(factor, given_for, &code).await,
        (Some(factor), _, Ok(code)) => try_of.recovery_code(factor, &code).await,
        _ => try_of.failed(CodeProblem::Invalid).await,
    }
}

/// A try under way: its place in the counters is settled by what comes of it.
struct Try<'a> {
    app: &'a App,
    environment: &'a Environment,
    request: &'a Request,
    proof: &'a Proof,
    permit: Permit,
}

impl Try<'_> {
    async fn one_time_code(
        self,
        factor: &TwoFactor,
        given_for: GivenFor,
        code: &Code,
    ) -> Result<FactorCheck, Denied> {
        let store = &self.environment.store;
        let window = store.policies().await?.otp_window;
        let now = self.environment.clock.now();
        let Some(step) = factor.secret.matching_step(code, now, window) else {
            return self.failed(late(&factor.secret, code, now, window)).await;
        };
        let (subject, address) = (self.proof.prover(), self.request.connection.peer.address());
        let records = self.proof.records(self.app, self.request);
        let used = match given_for {
            GivenFor::Login(service) => records.use_code_at_login(subject, service, step, address).await?,
            GivenFor::Call => records.use_code_in_header(subject, step, address).await?,
        };
        match used {
            CodeUse::Accepted => self.passed(None).await,
            // neither a guess nor a success: only a code that was accepted makes earlier wrong ones forgotten
            CodeUse::AlreadyUsed => {
                note_reused_code(self.app, self.request, self.proof);
                store.refund(self.permit);
                Ok(FactorCheck::Problem(reused(self.environment, step)))
            }
        }
    }

    async fn recovery_code(self, factor: &TwoFactor, code: &RecoveryCode) -> Result<FactorCheck, Denied> {
        let records = self.proof.records(self.app, self.request);
        match records.use_recovery_code(self.proof.prover(), factor.enrolment, code).await? {
            Some(left) => {
                let who = self.proof.prover_name();
                tracing::warn!(who, left, "a recovery code was used");
                self.passed((left <= FEW).then(|| Hint::recovery_codes_left(left))).await
            }
            None => self.failed(CodeProblem::Invalid).await,
        }
    }

    async fn passed(self, hint: Option<Hint>) -> Result<FactorCheck, Denied> {
        self.environment.store.succeeded(self.permit).await?;
        Ok(FactorCheck::Passed { hint })
    }

    async fn failed(self, problem: CodeProblem) -> Result<FactorCheck, Denied> {
        self.proof.records(self.app, self.request).failed(self.permit).await?;
        Ok(FactorCheck::Problem(problem))
    }
}

/// Steps on each side of the middle of the time in which a slow clock is looked for: ten minutes in all.
const LATE: u8 = 10;

/// What is wrong with a code that is not the code of now. Only a past code is told from a random one: it will never
/// be good again. (To tell a coming one would tell a guesser when to send it.)
fn late(secret: &TotpSecret, code: &Code, now: Timestamp, window: u8) -> CodeProblem {
    let steps_back = i64::from(window) + 1 + i64::from(LATE);
    let middle = Timestamp::from_seconds(now.seconds() - steps_back * 30);
    match secret.matching_step(code, middle, LATE) {
        // on average a code is half its time old
        Some(step) => CodeProblem::Late { seconds: now.seconds() - step * 30 - 15 },
        None => CodeProblem::Invalid,
    }
}

/// When a code with a later step than the used one will be there.
fn reused(environment: &Environment, step: i64) -> CodeProblem {
    let now = environment.clock.now();
    let next_step = TotpSecret::step_of(now).max(step).saturating_add(1);
    let seconds = next_step.saturating_mul(30).saturating_sub(now.seconds());
    CodeProblem::Reused { next_in: u64::try_from(seconds).unwrap_or(1).max(1) }
}
