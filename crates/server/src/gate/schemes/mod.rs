//! The ways to say who one is, one file each.

mod basic;
mod header_token;
mod own_page;
mod peer;
mod session;
mod ticket;

pub(crate) use session::{live_session, session_owner};

use super::Wanted;
use super::demands::Means;
use super::denied::Denied;
use super::proof::Proof;
use crate::app::App;
use crate::request::{Authorization, Request};

/// What a scheme makes of a request.
pub(super) enum Outcome {
    /// The request does not use this scheme.
    NotRequested,
    /// It does, and is right.
    Authenticated(Proof, Means),
    /// It does, and is not.
    Failed(Denied),
}

impl From<Result<(Proof, Means), Denied>> for Outcome {
    fn from(result: Result<(Proof, Means), Denied>) -> Outcome {
        match result {
            Ok((proof, means)) => Outcome::Authenticated(proof, means),
            Err(denied) => Outcome::Failed(denied),
        }
    }
}

/// Reads the one credential that a request carries and proves it.
///
/// A header always wins over a browser's cookies, so that a script's call is never half a session's.
pub(super) async fn authenticate(app: &App, request: &Request, wanted: Wanted) -> Outcome {
    let authorization = match request.authorization() {
        // On the API socket the kernel says who somebody is. Passwords there would let any system user use up the
        // tries of everybody who logs in from this machine.
        Ok(Some(Authorization::Peer { user })) => {
            return Box::pin(peer::prove(app, request, &user)).await.into();
        }
        _ if request.is_local() => return Outcome::Failed(Denied::Credential),
        Ok(None) => return session::authenticate(app, request).await,
        Ok(Some(authorization)) => authorization,
        Err(malformed) => return Outcome::Failed(malformed.into()),
    };
    // A browser that another site drives must not spend a credential that it remembers.
    if request.is_cross_site() {
        return Outcome::Failed(Denied::CrossSite);
    }
    if !matches!(wanted, Wanted::Api | Wanted::Plugin) {
        return Outcome::Failed(Denied::NotForPages);
    }
    match authorization {
        Authorization::Basic { login, password } => {
            Box::pin(basic::prove(app, request, wanted, &login, password)).await.into()
        }
        Authorization::Token { whm, user, secret } => {
            header_token::prove(app, request, whm, &user, &secret).await.into()
        }
        Authorization::Ticket { secret } => {
            Box::pin(ticket::prove(app, request, wanted, &secret)).await.into()
        }
        Authorization::Peer { .. } | Authorization::Unknown => Outcome::Failed(Denied::Credential),
    }
}
