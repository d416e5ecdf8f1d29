//! The second factor: one-time codes at logins and in headers.

use std::sync::Arc;

use portreeve_api::Assurance;
use portreeve_crypt::{Code, TotpSecret};
use portreeve_store::{CodeUse, Guess, Permit, TwoFactor};

use super::counters::reserve;
use super::denied::{CodeProblem, Denied};
use super::proof::Proof;
use crate::app::App;
use crate::request::{Peer, Request};

/// The header that carries a code beside Basic.
const OTP_HEADER: &str = "x-cpanel-otp";

/// What came of a code at a login.
pub(crate) enum FactorCheck {
    /// It is right, and used up.
    Passed,
    /// It is not.
    Problem(CodeProblem),
}

/// The second factor of an identity, and whether a login has to give a code of it.
pub(crate) struct Found {
    factor: Option<Arc<TwoFactor>>,
    /// Whether a login has to give a code.
    pub(crate) needed: bool,
}

impl Found {
    /// Which enrolment was found: what is done on the strength of it fails once there is another.
    pub(crate) fn enrolment(&self) -> Option<i64> {
        self.factor.as_ref().map(|factor| factor.enrolment)
    }
}

/// Looks for an identity's second factor.
pub(crate) async fn second_factor(app: &App, proof: &Proof) -> Result<Found, Denied> {
    let store = &app.environment.store;
    let factor = store.two_factor(proof.subject).await?;
    let needed = factor.is_some() && store.policies().await?.two_factor_auth;
    Ok(Found { factor, needed })
}

/// Checks the code of a form login. The password is proven.
pub(crate) async fn check_login_code(
    app: &App,
    request: &Request,
    proof: &Proof,
    found: &Found,
    code: &str,
) -> Result<FactorCheck, Denied> {
    let peer = request.connection.peer;
    let Some(right) = evaluate(app, peer, proof, found, code).await? else {
        return Ok(FactorCheck::Problem(CodeProblem::Invalid));
    };
    let store = &app.environment.store;
    let used = store.use_code_at_login(proof.subject, request.service(), right.step, peer.address()).await?;
    Ok(match settle(app, right, used).await? {
        None => FactorCheck::Passed,
        Some(problem) => FactorCheck::Problem(problem),
    })
}

/// Checks the code that comes with a password in a header. Where none is needed, one that is sent is checked all the
/// same. The password is proven; the answer is what is proven then.
pub(super) async fn check_header_code(
    app: &App,
    request: &Request,
    proof: &Proof,
) -> Result<Assurance, Denied> {
    let found = second_factor(app, proof).await?;
    if !found.needed {
        return Ok(Assurance::Password);
    }
    let denied = |problem| Denied::Code { problem, caller: proof.name() };
    let Some(code) = request.only_header(OTP_HEADER)? else {
        let needed = app.environment.store.policies().await?.xml_api;
        return if needed { Err(denied(CodeProblem::Missing)) } else { Ok(Assurance::Password) };
    };
    let peer = request.connection.peer;
    let right = evaluate(app, peer, proof, &found, code).await?;
    let right = right.ok_or_else(|| denied(CodeProblem::Invalid))?;
    let used = app.environment.store.use_code_in_header(proof.subject, right.step, peer.address()).await?;
    match settle(app, right, used).await? {
        None => Ok(Assurance::PasswordAndCode),
        Some(problem) => Err(denied(problem)),
    }
}

/// A code of now, and its place in the counters, which the ledger's word settles.
#[must_use]
struct RightCode {
    step: i64,
    permit: Permit,
}

/// The code's step, if it is a code of now. Counted before it is evaluated.
async fn evaluate(
    app: &App,
    peer: Peer,
    proof: &Proof,
    found: &Found,
    code: &str,
) -> Result<Option<RightCode>, Denied> {
    let environment = &app.environment;
    let permit = reserve(app, &proof.name(), peer, Guess::Code).await?;
    let window = environment.store.policies().await?.otp_window;
    let now = environment.clock.now();
    let step = match (&found.factor, code.parse::<Code>()) {
        (Some(factor), Ok(code)) => factor.secret.matching_step(&code, now, window),
        _ => None,
    };
    match step {
        Some(step) => Ok(Some(RightCode { step, permit })),
        None => {
            environment.store.failed(permit).await?;
            Ok(None)
        }
    }
}

/// Only a code that was accepted makes earlier wrong ones forgotten; one that was used already is neither a guess
/// nor a success.
async fn settle(app: &App, right: RightCode, used: CodeUse) -> Result<Option<CodeProblem>, Denied> {
    let store = &app.environment.store;
    match used {
        CodeUse::Accepted => {
            store.succeeded(right.permit).await?;
            Ok(None)
        }
        CodeUse::AlreadyUsed => {
            store.refund(right.permit);
            Ok(Some(reused(app, right.step)))
        }
    }
}

/// When a code with a later step than the used one will be there.
fn reused(app: &App, step: i64) -> CodeProblem {
    let now = app.environment.clock.now();
    let next_step = TotpSecret::step_of(now).max(step).saturating_add(1);
    let seconds = next_step.saturating_mul(30).saturating_sub(now.seconds());
    CodeProblem::Reused { next_in: u64::try_from(seconds).unwrap_or(1).max(1) }
}
