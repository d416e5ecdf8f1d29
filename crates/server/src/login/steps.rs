//! The two steps of a login: the password, then the code; both may come at once.

use portreeve_api::Assurance;
use portreeve_crypt::{SecretString, strength};
use portreeve_store::{NewPending, NewSession, PendingLookup};

use super::answer::{Form, Refused, success};
use crate::app::App;
use crate::gate::{
    CodeProblem, Denied, FactorCheck, Found, Proof, Verification, by_subject, check_login_code, fits,
    live_session, place_hint, prove_password, records_for_nobody, second_factor, session_owner,
};
use crate::hint::Hint;
use crate::pages::Destination;
use crate::reply::Reply;
use crate::request::Request;

/// What became of the second factor of a login that goes well.
enum Code {
    /// There is none, or the policies ask for none.
    NotNeeded,
    /// A code was given.
    Given {
        /// What its owner should know.
        hint: Option<Hint>,
    },
}

/// The password, and perhaps a code with it.
pub(super) async fn first(
    app: &App,
    request: &Request,
    form: &Form,
    user: &str,
    pass: SecretString,
    code: Option<String>,
) -> Result<Reply, Refused> {
    let judged = pass.clone();
    let proof = prove_password(app, request, user, pass, Verification::Anew).await?;
    // judged once it is proven: strangers make us work for nothing but their proof
    let strength = strength(&judged);
    if !fits(request.service(), &proof) {
        return Err(Refused::Place {
            hint: place_hint(&app.environment.ports, &proof),
            caller: proof.log_name(),
        });
    }
    let found = second_factor(app, &proof).await?;
    if !found.needed {
        return open(app, request, form, &proof, Opening { found, code: Code::NotNeeded, strength }).await;
    }
    let problem = match code {
        None => CodeProblem::Missing,
        Some(code) => match check_login_code(app, request, &proof, &found, &code).await? {
            FactorCheck::Passed { hint } => {
                let opening = Opening { found, code: Code::Given { hint }, strength };
                return open(app, request, form, &proof, opening).await;
            }
            FactorCheck::Problem(problem) => problem,
        },
    };
    let pending = wait_for_code(app, request, form, &proof, &found, strength).await?;
    Err(Refused::Code { problem, caller: proof.log_name(), pending: Some(pending) })
}

/// The code alone: for a login that waits for it, or for a session from before its user had a second factor.
pub(super) async fn second(app: &App, request: &Request, form: &Form, code: &str) -> Result<Reply, Refused> {
    match request.cookie(request.service().pending_cookie()).map_err(Denied::from)? {
        Some(cookie) => after_password(app, request, form, cookie, code).await,
        None => within_session(app, request, form, code).await,
    }
}

async fn after_password(
    app: &App,
    request: &Request,
    form: &Form,
    cookie: &str,
    code: &str,
) -> Result<Reply, Refused> {
    let records = records_for_nobody(app, request);
    let pending = match records.take_try(request.service(), cookie).await.map_err(Denied::from)? {
        PendingLookup::Found(pending, _) => pending,
        PendingLookup::Gone => return Err(Refused::NoPending),
    };
    // the second step comes from where the first one came from
    if pending.tls != request.connection.tls || pending.address != request.connection.peer.address() {
        return Err(Refused::NoPending);
    }
    let login = &pending.login;
    let proof = by_subject(app, login.subject, login.account, login.possessor).await?;
    let proof = proof.ok_or(Refused::NoPending)?;
    let (found, code) = give_code(app, request, &proof, code).await?;
    if !records.end_pending(request.service(), cookie).await.map_err(Denied::from)? {
        return Err(Refused::NoPending);
    }
    // the tab that sends the code knows where it wanted to go; the note knows only the last tab's wish
    let destination = form.destination.clone().or(Destination::of(Some(&pending.goto)));
    let form = Form { json: form.json, destination };
    let strength = pending.password_strength;
    open(app, request, &form, &proof, Opening { found, code, strength }).await
}

/// The session's cookie proves the password; its code opens a new session in the place of the old one.
async fn within_session(app: &App, request: &Request, form: &Form, code: &str) -> Result<Reply, Refused> {
    let session = match live_session(app, request).await {
        Ok(Some(session)) if !session.factor => session,
        Ok(_) | Err(Denied::Credential | Denied::SessionExpired | Denied::AddressChanged) => {
            return Err(Refused::NoPending);
        }
        Err(denied) => return Err(denied.into()),
    };
    // what came through a link has proven no password
    let strength = session.password_strength.ok_or(Refused::NoPending)?;
    let proof = session_owner(app, &session).await?.ok_or(Refused::NoPending)?;
    let (found, code) = give_code(app, request, &proof, code).await?;
    if !proof.records(app, request).end_session(&session).await.map_err(Denied::from)? {
        return Err(Refused::NoPending);
    }
    open(app, request, form, &proof, Opening { found, code, strength }).await
}

async fn give_code(
    app: &App,
    request: &Request,
    proof: &Proof,
    code: &str,
) -> Result<(Found, Code), Refused> {
    let found = second_factor(app, proof).await?;
    match check_login_code(app, request, proof, &found, code).await? {
        FactorCheck::Passed { hint } => Ok((found, Code::Given { hint })),
        FactorCheck::Problem(problem) => {
            Err(Refused::Code { problem, caller: proof.log_name(), pending: None })
        }
    }
}

/// Notes that a password was right and a code is awaited. The note is worth nothing but that second step.
async fn wait_for_code(
    app: &App,
    request: &Request,
    form: &Form,
    proof: &Proof,
    found: &Found,
    strength: u8,
) -> Result<SecretString, Denied> {
    let new = NewPending {
        proven: proof.login(found.enrolment()),
        service: request.service(),
        tls: request.connection.tls,
        address: request.connection.peer.address(),
        goto: form.destination.path().unwrap_or_default().to_owned(),
        password_strength: strength,
    };
    proof.records(app, request).create_pending(new).await?.ok_or(Denied::Credential)
}

/// What was found out about whoever logs in.
struct Opening {
    /// The second factor, if there is one.
    found: Found,
    /// Whether a code of it was given.
    code: Code,
    /// How strong the password is.
    strength: u8,
}

/// Opens the session: always a new one, never one that the client already named.
async fn open(
    app: &App,
    request: &Request,
    form: &Form,
    proof: &Proof,
    opening: Opening,
) -> Result<Reply, Refused> {
    let new = NewSession {
        proven: proof.login(opening.found.enrolment()),
        service: request.service(),
        tls: request.connection.tls,
        address: request.connection.peer.address(),
        factor: matches!(opening.code, Code::Given { .. }),
        password_strength: opening.strength,
    };
    let assurance = if new.factor { Assurance::PasswordAndCode } else { proof.assurance };
    let proven = Proof { assurance, ..proof.clone() };
    let opened = proven.records(app, request).create_session(new).await.map_err(Denied::from)?;
    let opened = opened.ok_or(Denied::Credential)?;
    proof.note_login(app, request).await?;
    let reply = success(app, request, form, proof, &opened);
    Ok(match opening.code {
        Code::Given { hint } => reply.with_hint(hint),
        Code::NotNeeded => reply,
    })
}
