//! `Authorization: whm USER:SECRET` and `cpanel USER:SECRET`: API tokens and, for WHM, the old access hash.
//!
//! Neither needs a code, unless a token says so itself: whoever made one had given it. A code that is sent along for
//! nothing is ignored. Neither is throttled: nobody guesses 165 random bits.

use std::sync::Arc;

use portreeve_api::Assurance;
use portreeve_crypt::{AccessHash, ApiToken, ExposeSecret, SecretString};
use portreeve_store::{Account, ApiTokenRecord, TokenKind, TokenLookup};
use portreeve_types::{AccountId, Service, UserName};

use crate::app::App;
use crate::gate::demands::Means;
use crate::gate::denied::{Denied, TokenProblem};
use crate::gate::factor::{check_header_code, second_factor, with_enrolment};
use crate::gate::proof::Proof;
use crate::gate::sightings::note_token_refusal;
use crate::request::Request;

pub(super) async fn prove(
    app: &App,
    request: &Request,
    whm: bool,
    user: &str,
    secret: &SecretString,
) -> Result<(Proof, Means), Denied> {
    let proof = by_secret(app, request, whm, user, secret).await?;
    Ok((with_enrolment(app, proof).await?, Means::Program))
}

async fn by_secret(
    app: &App,
    request: &Request,
    whm: bool,
    user: &str,
    secret: &SecretString,
) -> Result<Proof, Denied> {
    let user: UserName = user.parse().map_err(|_| Denied::Credential)?;
    if let Ok(token) = secret.expose_secret().parse::<ApiToken>() {
        return by_token(app, request, whm, &user, &token).await;
    }
    match secret.expose_secret().parse::<AccessHash>() {
        Ok(hash) if whm => by_access_hash(app, &user, &hash).await,
        _ => Err(Denied::Credential),
    }
}

/// A token is good if it is on record, its account may log in, and nothing that it is limited to forbids this call.
async fn by_token(
    app: &App,
    request: &Request,
    whm: bool,
    user: &UserName,
    token: &ApiToken,
) -> Result<Proof, Denied> {
    let store = &app.environment.store;
    let kind = if whm { TokenKind::Whm } else { TokenKind::Cpanel };
    let (record, expired) = match store.api_token(kind, token).await? {
        TokenLookup::Good(record) => (record, false),
        TokenLookup::Expired(record) => (record, true),
        TokenLookup::Unknown => return Err(Denied::Credential),
    };
    let account = owner(app, record.account, user).await?.ok_or(Denied::Credential)?;
    let proof =
        Proof { assurance: Assurance::Token, token: Some(record.clone()), ..Proof::of(account, None) };
    let denied = |problem| {
        note_token_refusal(app, request, &proof, problem);
        Denied::Token { problem, caller: proof.name() }
    };
    if expired {
        return Err(denied(TokenProblem::Expired));
    }
    check_place(request, &record).map_err(denied)?;
    let hint = if record.limits.code_required {
        let found = second_factor(app, &proof).await?;
        found.enrolment().ok_or_else(|| denied(TokenProblem::NoFactor))?;
        check_header_code(app, request, &proof, &found).await?
    } else {
        None
    };
    store.note_token_use(&record, request.connection.peer.address());
    let acls = record.limits.acls.map_or(proof.acls, |own| own.intersect(proof.acls));
    let only = Some(if whm { Service::Whm } else { Service::Cpanel });
    Ok(Proof { acls, only, hint, ..proof })
}

/// A token that is good from some addresses only is good on TLS only: elsewhere whoever listens can use it from there.
fn check_place(request: &Request, record: &ApiTokenRecord) -> Result<(), TokenProblem> {
    let limits = &record.limits;
    if !limits.networks.is_empty() && !request.connection.tls {
        return Err(TokenProblem::NotOnTls);
    }
    if !limits.allow(request.connection.peer.address()) {
        return Err(TokenProblem::Address);
    }
    Ok(())
}

async fn by_access_hash(app: &App, user: &UserName, hash: &AccessHash) -> Result<Proof, Denied> {
    let store = &app.environment.store;
    if !store.policies().await?.allow_access_hash {
        return Err(Denied::AccessHashDisabled);
    }
    let found = store.access_hash(hash).await?.ok_or(Denied::Credential)?;
    let account = owner(app, found.account, user).await?.ok_or(Denied::Credential)?;
    let (only, access_hash) = (Some(Service::Whm), Some(found.digest));
    Ok(Proof { only, assurance: Assurance::Token, access_hash, ..Proof::of(account, None) })
}

/// The account of a token, if it is the one that was named and is not suspended.
async fn owner(app: &App, id: AccountId, claimed: &UserName) -> Result<Option<Arc<Account>>, Denied> {
    let account = app.environment.store.account_by_id(id).await?;
    Ok(account.filter(|account| account.user == *claimed && account.suspension.is_none()))
}
