//! Sessions: a cookie that says who, and a security token in the address that says the page was ours.

use std::net::IpAddr;
use std::sync::Arc;

use portreeve_api::Assurance;
use portreeve_crypt::compare::text_equal;
use portreeve_store::{CookieAddress, Session, SessionLookup};
use portreeve_types::{AddressPrefix, Service};

use super::Outcome;
use crate::app::App;
use crate::gate::demands::Means;
use crate::gate::denied::Denied;
use crate::gate::factor::with_enrolment;
use crate::gate::identity::by_subject;
use crate::gate::proof::Proof;
use crate::gate::records_for_nobody;
use crate::request::Request;

pub(super) async fn authenticate(app: &App, request: &Request) -> Outcome {
    match live_session(app, request).await {
        Ok(Some(session)) => prove(app, request, session).await.into(),
        Ok(None) => Outcome::NotRequested,
        Err(denied) => Outcome::Failed(denied),
    }
}

/// The session whose cookie a request carries, if it carries one. Nothing is said about its security token.
pub(crate) async fn live_session(app: &App, request: &Request) -> Result<Option<Arc<Session>>, Denied> {
    let store = &app.environment.store;
    let Some(cookie) = request.cookie(request.service().session_cookie())? else { return Ok(None) };
    let session = match store.session(request.service(), cookie).await? {
        // A session belongs to TLS or to the plain port for good: the other one's cookie may have been overheard.
        SessionLookup::Found(session) if session.tls == request.connection.tls => session,
        SessionLookup::Found(_) | SessionLookup::Unknown => return Err(Denied::Credential),
        SessionLookup::Expired => return Err(Denied::SessionExpired),
    };
    let (own, now) = (session.address, request.connection.peer.address());
    let in_place = match store.policies().await?.cookie_address {
        CookieAddress::Anywhere => true,
        CookieAddress::Network => AddressPrefix::network(own) == AddressPrefix::network(now),
        CookieAddress::Address => own == now,
    };
    if in_place { Ok(Some(session)) } else { Err(Denied::AddressChanged) }
}

async fn prove(app: &App, request: &Request, session: Arc<Session>) -> Result<(Proof, Means), Denied> {
    let proof = session_owner(app, &session).await?.ok_or(Denied::Credential)?;
    check_security_token(app, request, &session, &proof).await?;
    Ok(of_session(session, proof, request.connection.peer.address()))
}

/// What a session proves to a program of its own: the same as to its owner, without a security token. The address is
/// the one that the program was started from.
pub(super) async fn prove_to_program(
    app: &App,
    service: Service,
    cookie: &str,
    address: IpAddr,
) -> Result<(Proof, Means), Denied> {
    let session = match app.environment.store.session(service, cookie).await? {
        SessionLookup::Found(session) => session,
        SessionLookup::Unknown => return Err(Denied::Credential),
        SessionLookup::Expired => return Err(Denied::SessionExpired),
    };
    let proof = session_owner(app, &session).await?.ok_or(Denied::Credential)?;
    Ok(of_session(session, proof, address))
}

/// Who a session belongs to now, on whose authority, and in whose sessions it was made.
pub(crate) async fn session_owner(app: &App, session: &Session) -> Result<Option<Proof>, Denied> {
    let owner = by_subject(app, session.subject, session.account, session.possessor).await?;
    let makers = app.environment.store.makers(session).await?;
    let (Some(owner), Some(through)) = (owner, makers) else { return Ok(None) };
    with_enrolment(app, Proof { through, ..owner }).await.map(Some)
}

/// The session's proof, and how it was proven when the session was opened.
fn of_session(session: Arc<Session>, proof: Proof, address: IpAddr) -> (Proof, Means) {
    let (assurance, means) = match (session.password_strength, session.factor) {
        (None, _) => (Assurance::Link, Means::Link),
        (Some(strength), true) => (Assurance::PasswordAndCode, Means::Password { strength, address }),
        (Some(strength), false) => (Assurance::Password, Means::Password { strength, address }),
    };
    (Proof { session: Some(session), assurance, ..proof }, means)
}

/// The security token must be the session's own. A wrong one is counted, unless an earlier session of the same
/// user had it (an old bookmark, not a guess), or a reader opens a page that gets the right one put in.
///
/// Where security tokens are switched off none is needed, but one that is there must be right: an address that names
/// another session is no page of this one.
async fn check_security_token(
    app: &App,
    request: &Request,
    session: &Arc<Session>,
    proof: &Proof,
) -> Result<(), Denied> {
    let store = &app.environment.store;
    let denied =
        |missing| Denied::SecurityToken { missing, session: session.clone(), caller: proof.log_name() };
    let Some(sent) = &request.security_token else {
        let needed = store.policies().await?.security_tokens || !request.is_of_own_page();
        return if needed { Err(denied(true)) } else { Ok(()) };
    };
    if text_equal(sent, session.security_token.digits()) {
        return Ok(());
    }
    // Published scripts take a link up and go on under its token, with the cookie that they got. Whoever made the
    // link knows that token too, so it counts for programs only, which no other site can drive.
    let is_link_token = store.is_link_token(session, sent);
    if is_link_token && !request.is_browsers() {
        return Ok(());
    }
    let guess = !request.opens_safe_page() && !is_link_token && !store.had_security_token(session, sent);
    if guess && Box::pin(records_for_nobody(app, request).count_token_mismatch(session)).await? {
        return Err(Denied::SessionExpired);
    }
    Err(denied(false))
}
