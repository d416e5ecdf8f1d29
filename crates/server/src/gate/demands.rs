//! What the security policies demand beyond a right credential: one list, for every carrier and every port.
//!
//! They are about logins with a password, and about whoever gave it: with the password of its owner, a login to an
//! account meets the demands on that owner. API tokens and access hashes are no such logins, nor is the kernel's word
//! on the API socket: a token has a purpose, and may have addresses, of its own (docs/policies.md). Nor is a link: who
//! made it had met what a page demands.

use std::net::IpAddr;

use portreeve_api::Assurance;
use portreeve_store::Policies;

use super::Wanted;
use super::denied::{CodeProblem, Denied};
use super::proof::Proof;
use crate::app::App;
use crate::request::Request;

/// How a credential was proven, as far as the policies care. Each scheme has to say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// By a password, now or when its session was opened.
    Password {
        /// How strong it is, 0 to 100.
        strength: u8,
        /// The client's address now, or when the program was started that calls with a ticket.
        address: IpAddr,
    },
    /// By a link: whoever made it had met the demands on pages, or has a token to make links with, and whoever took it
    /// up typed no password. Its address is not demanded to be verified: the questions would be its maker's, and no
    /// reader of a link may choose or answer those.
    Link,
    /// By something that a program was given.
    Program,
}

/// Something that is demanded before somebody gets further, in the order in which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// A code of the second factor.
    Code,
    /// An address that is verified.
    VerifiedAddress,
    /// A password that is strong enough.
    StrongPassword,
    /// A password that is not too old.
    FreshPassword,
}

impl Demand {
    /// Where it is settled.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Demand::Code => "/login/",
            Demand::VerifiedAddress => "/security/address",
            Demand::StrongPassword | Demand::FreshPassword => "/security/password",
        }
    }
}

/// Refuses whoever does not meet the first demand on what is wanted. Answers the demand that somebody is let in without:
/// on calls that the policies are not about, and on the page where it is settled.
pub(super) async fn check(
    app: &App,
    request: &Request,
    wanted: Wanted,
    proof: &Proof,
    means: Means,
) -> Result<Option<Demand>, Denied> {
    let Means::Password { strength, address } = means else { return Ok(None) };
    if wanted == Wanted::Leaving {
        return Ok(None);
    }
    let policies = app.environment.store.policies().await?;
    let unmet = first_unmet(app, &policies, wanted, proof, strength, address).await?;
    let hinders = |demand: &Demand| match wanted {
        Wanted::Leaving => false,
        Wanted::Api => policies.xml_api,
        Wanted::Settling => demand.path() != request.path,
        Wanted::Page | Wanted::Plugin => true,
    };
    match unmet.filter(hinders) {
        Some(demand) => Err(denied(demand, proof)),
        None => Ok(unmet),
    }
}

async fn first_unmet(
    app: &App,
    policies: &Policies,
    wanted: Wanted,
    proof: &Proof,
    strength: u8,
    address: IpAddr,
) -> Result<Option<Demand>, Denied> {
    let store = &app.environment.store;
    if lacks_code(app, policies, wanted, proof).await? {
        return Ok(Some(Demand::Code));
    }
    if policies.source_ip_check && !store.is_verified(proof.prover(), address).await? {
        return Ok(Some(Demand::VerifiedAddress));
    }
    if policies.password_strength && strength < policies.least_password_strength {
        return Ok(Some(Demand::StrongPassword));
    }
    let age = app.environment.clock.now().since(proof.password_changed());
    Ok(policies.password_age.filter(|oldest| age >= *oldest).map(|_| Demand::FreshPassword))
}

/// Whether there is a second factor, and no code of it was given.
///
/// The session in which a factor is set up keeps its pages; its API calls want the code from then on.
async fn lacks_code(app: &App, policies: &Policies, wanted: Wanted, proof: &Proof) -> Result<bool, Denied> {
    if !policies.two_factor_auth || proof.assurance == Assurance::PasswordAndCode {
        return Ok(false);
    }
    let Some(factor) = app.environment.store.two_factor(proof.prover()).await? else { return Ok(false) };
    let before_factor =
        proof.session.as_ref().is_some_and(|session| session.created.seconds() <= factor.enrolled.seconds());
    Ok(wanted == Wanted::Api || !before_factor)
}

fn denied(demand: Demand, proof: &Proof) -> Denied {
    match (demand, &proof.session) {
        (Demand::Code, Some(_)) => Denied::SessionWithoutCode { caller: proof.log_name() },
        (Demand::Code, None) => Denied::Code { problem: CodeProblem::Missing, caller: proof.log_name() },
        (demand, session) => Denied::Demanded { demand, caller: proof.log_name(), session: session.clone() },
    }
}
