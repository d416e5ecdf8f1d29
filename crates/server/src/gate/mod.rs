//! The gate: who is asking. One path from any credential, on any port, to a [`Caller`].
//!
//! read the credential -> reserve a place in the counters -> verify -> second factor -> policies -> place -> `Caller`

mod aging;
mod caller;
mod codes;
mod counters;
mod demands;
mod denied;
mod factor;
mod identity;
mod kept;
mod origin;
mod outcome;
mod password;
mod place;
mod possession;
mod proof;
pub(crate) mod questions;
mod remembered;
mod schemes;
mod sightings;

use crate::app::App;
use crate::request::Request;

pub use caller::Caller;
pub(crate) use codes::FactorCheck;
pub use demands::Demand;
pub(crate) use demands::Means;
pub use denied::{CodeProblem, Denied, TokenProblem};
pub(crate) use factor::{Found, check_login_code, second_factor};
pub(crate) use identity::by_subject;
pub(crate) use kept::admit_kept;
pub(crate) use origin::records_for_nobody;
pub use outcome::GateOutcome;
pub(crate) use password::{Verification, prove_password};
pub(crate) use place::{fits, place_hint};
pub(crate) use proof::Proof;
pub use remembered::Remembered;
pub(crate) use schemes::{live_session, session_owner};
pub use sightings::Sightings;

use schemes::Outcome;

/// What a request wants: an API call may be made with any credential, a page with a session only, a plugin with all
/// but the ticket of another plugin's run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// An API call.
    Api,
    /// A page of ours.
    Page,
    /// A file or a program of a plugin: in a session, or with a header credential.
    Plugin,
    /// The page where a policy's demand is settled.
    Settling,
    /// The end of the session, which no policy hinders.
    Leaving,
}

/// Finds out who is asking, or why that cannot be said.
pub async fn admit(app: &App, request: &Request, wanted: Wanted) -> Result<Caller, Denied> {
    let result = judge(app, request, wanted).await;
    app.metrics.gate.add(GateOutcome::from(&result));
    result
}

async fn judge(app: &App, request: &Request, wanted: Wanted) -> Result<Caller, Denied> {
    match schemes::authenticate(app, request, wanted).await {
        Outcome::NotRequested => {
            Err(Denied::NoCredential { security_token: request.security_token.is_some() })
        }
        Outcome::Failed(denied) => Err(denied),
        Outcome::Authenticated(proof, means) => {
            let unmet = demands::check(app, request, wanted, &proof, means).await?;
            place::check(&app.environment.ports, request.service(), &proof)?;
            match &proof.session {
                Some(session) => app.environment.store.note_use(session),
                None => note_login(app, request, &proof, means, unmet).await?,
            }
            let caller = Caller::of(proof, means, unmet, request);
            sightings::note_caller(app, wanted, &caller);
            Ok(caller)
        }
    }
}

/// Notes from where somebody logged in whose header had all that is asked of a login.
async fn note_login(
    app: &App,
    request: &Request,
    proof: &Proof,
    means: Means,
    unmet: Option<Demand>,
) -> Result<(), Denied> {
    if matches!(means, Means::Password { .. }) && !proof.is_program && unmet.is_none() {
        proof.note_login(app, request).await?;
    }
    Ok(())
}

impl Proof {
    /// Notes that somebody logged in from an address, with all that is asked of a login.
    pub(crate) async fn note_login(&self, app: &App, request: &Request) -> Result<(), Denied> {
        let (store, address) = (&app.environment.store, request.connection.peer.address());
        match &self.possessor {
            None => store.note_login(&self.name(), address).await?,
            Some(possessor) => {
                store.note_possession(&self.name(), possessor.user.as_str(), address).await?;
            }
        }
        Ok(())
    }
}
