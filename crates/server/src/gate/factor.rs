//! The second factor: one-time codes at logins and in headers.

use portreeve_crypt::{Code, TotpSecret};
use portreeve_store::{CodeUse, Guess, ReserveError};
use portreeve_types::AddressPrefix;

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
    let step = match evaluate(app, request.connection.peer, proof, code).await? {
        Evaluated::Right { step } => step,
        Evaluated::Wrong => return Ok(FactorCheck::Problem(CodeProblem::Invalid)),
    };
    let used =
        app.environment.store.use_code_at_login(proof.subject, request.service(), step, address).await?;
    Ok(match used {
        CodeUse::Accepted => FactorCheck::Passed,
        CodeUse::AlreadyUsed => FactorCheck::Problem(reused(app, step)),
    })
}

/// Checks the code that comes with a password in a header. The password is proven.
pub(super) async fn check_header_code(app: &App, request: &Request, proof: &Proof) -> Result<(), Denied> {
    let policies = app.environment.store.policies().await?;
    if !policies.xml_api || !needs_code(app, proof).await? {
        return Ok(());
    }
    let problem = |problem| Denied::Code { problem, caller: proof.name() };
    let Some(code) = request.header(OTP_HEADER) else { return Err(problem(CodeProblem::Missing)) };
    let step = match evaluate(app, request.connection.peer, proof, code).await? {
        Evaluated::Right { step } => step,
        Evaluated::Wrong => return Err(problem(CodeProblem::Invalid)),
    };
    let address = request.connection.peer.address();
    match app.environment.store.use_code_in_header(proof.subject, step, address).await? {
        CodeUse::Accepted => Ok(()),
        CodeUse::AlreadyUsed => Err(problem(reused(app, step))),
    }
}

enum Evaluated {
    Right { step: i64 },
    Wrong,
}

/// Whether this is a code of now. Counted before it is evaluated; a right one is no guess, used before or not.
async fn evaluate(app: &App, peer: Peer, proof: &Proof, code: &str) -> Result<Evaluated, Denied> {
    let environment = &app.environment;
    let prefix = AddressPrefix::of(peer.address());
    let permit = match environment.store.reserve(&proof.name(), prefix, Guess::Code).await {
        Ok(permit) => permit,
        Err(ReserveError::Throttled { retry_after_seconds }) => {
            return Err(Denied::Throttled { retry_after: retry_after_seconds });
        }
        Err(ReserveError::Store(error)) => return Err(error.into()),
    };
    let factor = environment.store.two_factor(proof.subject).await?;
    let window = environment.store.policies().await?.otp_window;
    let now = environment.clock.now();
    let step = match (factor, code.parse::<Code>()) {
        (Some(factor), Ok(code)) => factor.secret.matching_step(&code, now, window),
        _ => None,
    };
    match step {
        Some(step) => {
            environment.store.succeeded(permit).await?;
            Ok(Evaluated::Right { step })
        }
        None => {
            environment.store.failed(permit).await?;
            Ok(Evaluated::Wrong)
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
