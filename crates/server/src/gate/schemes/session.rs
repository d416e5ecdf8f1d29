//! Sessions: a cookie that says who, and a security token in the address that says the page was ours.

use std::sync::Arc;

use portreeve_api::Assurance;
use portreeve_crypt::compare::text_equal;
use portreeve_store::{Session, SessionLookup};
use portreeve_types::Service;

use super::Outcome;
use crate::app::App;
use crate::gate::Wanted;
use crate::gate::denied::Denied;
use crate::gate::identity::by_subject;
use crate::gate::proof::Proof;
use crate::request::Request;

pub(super) async fn authenticate(app: &App, request: &Request, wanted: Wanted) -> Outcome {
    let cookie = match request.cookie(request.service().session_cookie()) {
        Ok(Some(cookie)) => cookie,
        Ok(None) => return Outcome::NotRequested,
        Err(malformed) => return Outcome::Failed(malformed.into()),
    };
    prove(app, request, wanted, cookie).await.into()
}

async fn prove(app: &App, request: &Request, wanted: Wanted, cookie: &str) -> Result<Proof, Denied> {
    let session = find(app, request.service(), cookie).await?;
    // A session belongs to TLS or to the plain port for good: the other one's cookie may have been overheard.
    if session.tls != request.connection.tls {
        return Err(Denied::Credential);
    }
    let proof = owner(app, &session).await?;
    check_security_token(app, request, &session).await?;
    of_session(app, wanted, session, proof).await
}

/// What a session proves to a program of its own: the same as to its owner, without a security token.
pub(super) async fn prove_to_program(app: &App, service: Service, cookie: &str) -> Result<Proof, Denied> {
    let session = find(app, service, cookie).await?;
    let proof = owner(app, &session).await?;
    of_session(app, Wanted::Api, session, proof).await
}

async fn find(app: &App, service: Service, cookie: &str) -> Result<Arc<Session>, Denied> {
    match app.environment.store.session(service, cookie).await? {
        SessionLookup::Found(session) => Ok(session),
        SessionLookup::Unknown => Err(Denied::Credential),
        SessionLookup::Expired => Err(Denied::SessionExpired),
    }
}

async fn owner(app: &App, session: &Session) -> Result<Proof, Denied> {
    by_subject(app, session.subject, session.account).await?.ok_or(Denied::Credential)
}

/// The session's proof, with the second factor as it is wanted now.
async fn of_session(app: &App, wanted: Wanted, session: Arc<Session>, proof: Proof) -> Result<Proof, Denied> {
    let store = &app.environment.store;
    if wanted == Wanted::Api && !session.factor {
        let policies = store.policies().await?;
        if policies.two_factor_auth && policies.xml_api && store.two_factor(session.subject).await?.is_some()
        {
            return Err(Denied::SessionWithoutCode { session });
        }
    }
    let assurance = if session.factor { Assurance::PasswordAndCode } else { Assurance::Password };
    Ok(Proof { session: Some(session), assurance, ..proof })
}

/// The security token must be the session's own. A wrong one is counted, unless an earlier session of the same
/// user had it (an old bookmark, not a guess), or a reader opens a page that gets the right one put in.
async fn check_security_token(app: &App, request: &Request, session: &Arc<Session>) -> Result<(), Denied> {
    let denied = |missing| Denied::SecurityToken { missing, session: session.clone() };
    let Some(sent) = &request.security_token else { return Err(denied(true)) };
    if text_equal(sent, session.security_token.digits()) {
        return Ok(());
    }
    let store = &app.environment.store;
    let guess = !request.opens_safe_page() && !store.had_security_token(session, sent);
    if guess && store.count_token_mismatch(session).await? {
        return Err(Denied::SessionExpired);
    }
    Err(denied(false))
}
