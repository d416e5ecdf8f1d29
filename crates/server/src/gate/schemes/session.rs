//! Sessions: a cookie that says who, and a security token in the address that says the page was ours.

use std::sync::Arc;

use portreeve_crypt::compare::text_equal;
use portreeve_store::{Session, SessionLookup};
use portreeve_types::Subject;

use super::Outcome;
use crate::app::App;
use crate::gate::Wanted;
use crate::gate::denied::Denied;
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
    let store = &app.environment.store;
    let session = match store.session(request.service(), cookie).await? {
        // A session belongs to TLS or to the plain port for good: the other one's cookie may have been overheard.
        SessionLookup::Found(session) if session.tls == request.connection.tls => session,
        SessionLookup::Found(_) | SessionLookup::Unknown => return Err(Denied::Credential),
        SessionLookup::Expired => return Err(Denied::SessionExpired),
    };
    let proof = owner(app, &session).await?.ok_or(Denied::Credential)?;
    check_security_token(app, request, &session).await?;
    if wanted == Wanted::Api && !session.factor {
        let policies = store.policies().await?;
        if policies.two_factor_auth && policies.xml_api && store.two_factor(session.subject).await?.is_some()
        {
            return Err(Denied::SessionWithoutCode { session });
        }
    }
    Ok(Proof { session: Some(session), ..proof })
}

/// Who opened the session, as long as that identity is there and not suspended.
async fn owner(app: &App, session: &Session) -> Result<Option<Proof>, Denied> {
    let store = &app.environment.store;
    let Some(account) = store.account_by_id(session.account).await?.filter(|account| !account.suspended)
    else {
        return Ok(None);
    };
    Ok(match session.subject {
        Subject::Account(_) => Some(Proof::of(account, None)),
        Subject::Mailbox(id) => {
            store.mailbox_by_id(id).await?.map(|mailbox| Proof::of(account, Some(mailbox)))
        }
    })
}

/// The security token must be the session's own. A wrong one is counted, unless an earlier session of the same
/// user had it: that is an old bookmark, not a guess.
async fn check_security_token(app: &App, request: &Request, session: &Arc<Session>) -> Result<(), Denied> {
    let denied = |missing| Denied::SecurityToken { missing, session: session.clone() };
    let Some(sent) = &request.security_token else { return Err(denied(true)) };
    if text_equal(sent, session.security_token.digits()) {
        return Ok(());
    }
    let store = &app.environment.store;
    if !store.had_security_token(session, sent) && store.count_token_mismatch(session).await? {
        return Err(Denied::SessionExpired);
    }
    Err(denied(false))
}
