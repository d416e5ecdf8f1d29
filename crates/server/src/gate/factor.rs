//! The second factor: one-time codes at logins and in headers.

use portreeve_api::Assurance;
use portreeve_crypt::{Code, TotpSecret};
use portreeve_store::{CodeUse, Guess, Permit};

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

/// Whether a login of this identity has to give a code.
pub(crate) async fn needs_code(app: &App, proof: &Proof) -> Result<bool, Denied> {
    let store = &app.environment.store;
    Ok(store.policies().await?.two_factor_auth && store.two_factor(proof.subject).await?.is_some())
}

/// Checks the code of a form login. The password is proven.
pub(crate) async fn check_login_code(
    app: &App,
    request: &Request,
    proof: &Proof,
    code: &str,
) -> Result<FactorCheck, Denied> {
    let address = request.connection.peer.address();
    let Some(right) = evaluate(app, request.connection.peer, proof, code).await? else {
        return Ok(FactorCheck::Problem(CodeProblem::Invalid));
    };
    let store = &app.environment.store;
    let used = store.use_code_at_login(proof.subject, request.service(), right.step, address).await?;
    Ok(match settle(app, right, used).await? {
        None => FactorCheck::Passed,
        Some(problem) => FactorCheck::Problem(problem),
    })
}

/// Checks the code that comes with a password in a header, where one is needed. The password is proven; the answer
/// is what is proven then.
pub(super) async fn check_header_code(
    app: &App,
    request: &Request,
    proof: &Proof,
) -> Result<Assurance, Denied> {
    let policies = app.environment.store.policies().await?;
    if !policies.xml_api || !needs_code(app, proof).await? {
        return Ok(Assurance::Password);
    }
    let denied = |problem| Denied::Code { problem, caller: proof.name() };
    let code = request.only_header(OTP_HEADER)?.ok_or_else(|| denied(CodeProblem::Missing))?;
    let right = evaluate(app, request.connection.peer, proof, code).await?;
    let right = right.ok_or_else(|| denied(CodeProblem::Invalid))?;
    let address = request.connection.peer.address();
    let used = app.environment.store.use_code_in_header(proof.subject, right.step, address).await?;
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
async fn evaluate(app: &App, peer: Peer, proof: &Proof, code: &str) -> Result<Option<RightCode>, Denied> {
    let environment = &app.environment;
    let permit = reserve(app, &proof.name(), peer, Guess::Code).await?;
    let factor = environment.store.two_factor(proof.subject).await?;
    let window = environment.store.policies().await?.otp_window;
    let now = environment.clock.now();
    let step = match (factor, code.parse::<Code>()) {
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
