//! The second factor: who has one, and where its codes are given: at logins and in headers.

use std::sync::Arc;

use portreeve_api::Assurance;
use portreeve_store::TwoFactor;

use super::codes::{FactorCheck, GivenFor, check};
use super::denied::{CodeProblem, Denied};
use super::proof::Proof;
use crate::app::App;
use crate::hint::Hint;
use crate::request::Request;

/// The header that carries a code beside another credential.
const OTP_HEADER: &str = "x-cpanel-otp";

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

/// Looks for the second factor of whoever proves an identity: a possessor's own, where somebody acts for it.
pub(crate) async fn second_factor(app: &App, proof: &Proof) -> Result<Found, Denied> {
    let store = &app.environment.store;
    let factor = store.two_factor(proof.prover()).await?;
    let needed = factor.is_some() && store.policies().await?.two_factor_auth;
    Ok(Found { factor, needed })
}

/// A proof with the second factor that its prover has now.
pub(super) async fn with_enrolment(app: &App, proof: Proof) -> Result<Proof, Denied> {
    let enrolment = second_factor(app, &proof).await?.enrolment();
    Ok(Proof { enrolment, ..proof })
}

/// Checks the code of a form login. The password is proven.
pub(crate) async fn check_login_code(
    app: &App,
    request: &Request,
    proof: &Proof,
    found: &Found,
    code: &str,
) -> Result<FactorCheck, Denied> {
    let given_for = GivenFor::Login(request.service());
    check(app, request, proof, found.factor.as_deref(), given_for, code).await
}

/// Checks the code that comes with a password in a header, if one is needed and one came. Whether there must be one is
/// a policy's matter, not this function's. The answer is the proof with what is proven then.
pub(super) async fn with_header_code(app: &App, request: &Request, proof: Proof) -> Result<Proof, Denied> {
    let found = second_factor(app, &proof).await?;
    let proof = Proof { enrolment: found.enrolment(), ..proof };
    if !found.needed || request.only_header(OTP_HEADER)?.is_none() {
        return Ok(proof);
    }
    let hint = check_header_code(app, request, &proof, &found).await?;
    Ok(Proof { assurance: Assurance::PasswordAndCode, hint, ..proof })
}

/// Demands a code in the header; what it answers its owner should know.
pub(super) async fn check_header_code(
    app: &App,
    request: &Request,
    proof: &Proof,
    found: &Found,
) -> Result<Option<Hint>, Denied> {
    let denied = |problem| Denied::Code { problem, caller: proof.log_name() };
    let code = request.only_header(OTP_HEADER)?.ok_or_else(|| denied(CodeProblem::Missing))?;
    match Box::pin(check(app, request, proof, found.factor.as_deref(), GivenFor::Call, code)).await? {
        FactorCheck::Passed { hint } => Ok(hint),
        FactorCheck::Problem(problem) => Err(denied(problem)),
    }
}
