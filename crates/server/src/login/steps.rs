//! The two steps of a login: the password, then the code; both may come at once.

use portreeve_crypt::SecretString;
use portreeve_store::{NewPending, NewSession, Pending, PendingLookup};
use portreeve_types::LoginName;

use super::answer::{Form, Refused, success};
use crate::app::App;
use crate::gate::{
    CodeProblem, Denied, FactorCheck, Proof, check_login_code, fits, needs_code, prove_password,
};
use crate::reply::Reply;
use crate::request::Request;

/// The password, and perhaps a code with it.
pub(super) async fn first(
    app: &App,
    request: &Request,
    form: &Form,
    user: &str,
    pass: SecretString,
    code: Option<String>,
) -> Result<Reply, Refused> {
    let proof = prove_password(app, request.connection.peer, user, pass).await?;
    if !fits(request.service(), &proof) {
        return Err(Refused::Place { caller: proof.name() });
    }
    if !needs_code(app, &proof).await? {
        return open(app, request, form, &proof, false).await;
    }
    let problem = match code {
        None => CodeProblem::Missing,
        Some(code) => match check_login_code(app, request, &proof, &code).await? {
            FactorCheck::Passed => return open(app, request, form, &proof, true).await,
            FactorCheck::Problem(problem) => problem,
        },
    };
    let pending = wait_for_code(app, request, &proof, form.destination.path()).await?;
    Err(Refused::Code { problem, caller: proof.name(), pending: Some(pending) })
}

/// The code alone, for a login that waits for it.
pub(super) async fn second(app: &App, request: &Request, form: &Form, code: &str) -> Result<Reply, Refused> {
    let store = &app.environment.store;
    let cookie = request
        .cookie(request.service().pending_cookie())
        .map_err(Denied::from)?
        .ok_or(Refused::NoPending)?;
    let pending = match store.take_try(request.service(), cookie).await.map_err(Denied::from)? {
        PendingLookup::Found(pending, _) => pending,
        PendingLookup::Gone => return Err(Refused::NoPending),
    };
    let proof = whose(app, request, &pending).await?.ok_or(Refused::NoPending)?;
    match check_login_code(app, request, &proof, code).await? {
        FactorCheck::Passed => {
            if !store.end_pending(request.service(), cookie).await.map_err(Denied::from)? {
                return Err(Refused::NoPending);
            }
            let form = Form {
                json: form.json,
                destination: super::destination::Destination::of(Some(&pending.goto)),
            };
            open(app, request, &form, &proof, true).await
        }
        FactorCheck::Problem(problem) => Err(Refused::Code { problem, caller: proof.name(), pending: None }),
    }
}

/// Notes that a password was right and a code is awaited. The note is worth nothing but that second step.
pub(crate) async fn wait_for_code(
    app: &App,
    request: &Request,
    proof: &Proof,
    goto: Option<&str>,
) -> Result<SecretString, Denied> {
    let new = NewPending {
        subject: proof.subject,
        account: proof.account.id,
        login: login_name(proof),
        service: request.service(),
        tls: request.connection.tls,
        address: request.connection.peer.address(),
        goto: goto.unwrap_or_default().to_owned(),
    };
    Ok(app.environment.store.create_pending(new).await?)
}

/// Who waits for a code, if the request comes from where the password came from.
async fn whose(app: &App, request: &Request, pending: &Pending) -> Result<Option<Proof>, Denied> {
    let store = &app.environment.store;
    if pending.tls != request.connection.tls || pending.address != request.connection.peer.address() {
        return Ok(None);
    }
    let Some(account) = store.account_by_id(pending.account).await?.filter(|account| !account.suspended)
    else {
        return Ok(None);
    };
    Ok(match &pending.login {
        LoginName::Account(_) => Some(Proof::of(account, None)),
        LoginName::Mailbox(address) => {
            store.mailbox(address).await?.map(|mailbox| Proof::of(account, Some(mailbox)))
        }
    })
}

/// Opens the session: always a new one, never one that the client already named.
async fn open(
    app: &App,
    request: &Request,
    form: &Form,
    proof: &Proof,
    factor: bool,
) -> Result<Reply, Refused> {
    let new = NewSession {
        subject: proof.subject,
        account: proof.account.id,
        login: login_name(proof),
        service: request.service(),
        tls: request.connection.tls,
        address: request.connection.peer.address(),
        factor,
        method: "handle_form_login",
        password: proof.password(),
    };
    let opened = app.environment.store.create_session(new).await.map_err(Denied::from)?;
    let opened = opened.ok_or(Denied::Credential)?;
    Ok(success(app, request, form, &proof.name(), &opened))
}

fn login_name(proof: &Proof) -> LoginName {
    match &proof.mailbox {
        Some(mailbox) => LoginName::Mailbox(mailbox.address.clone()),
        None => LoginName::Account(proof.account.user.clone()),
    }
}
