//! `Authorization: whm USER:SECRET` and `cpanel USER:SECRET`: API tokens and, for WHM, the old access hash.
//!
//! Neither needs a code: whoever made one had given it. A code that is sent along is ignored. Neither is throttled:
//! nobody guesses 165 random bits.

use std::sync::Arc;

use portreeve_api::Assurance;
use portreeve_crypt::{AccessHash, ApiToken, ExposeSecret, SecretString};
use portreeve_store::{Account, TokenKind};
use portreeve_types::{Service, UserName};

use crate::app::App;
use crate::gate::denied::Denied;
use crate::gate::proof::Proof;

pub(super) async fn prove(app: &App, whm: bool, user: &str, secret: &SecretString) -> Result<Proof, Denied> {
    let user: UserName = user.parse().map_err(|_| Denied::Credential)?;
    if let Ok(token) = secret.expose_secret().parse::<ApiToken>() {
        return by_token(app, whm, &user, &token).await;
    }
    match secret.expose_secret().parse::<AccessHash>() {
        Ok(hash) if whm => by_access_hash(app, &user, &hash).await,
        _ => Err(Denied::Credential),
    }
}

async fn by_token(app: &App, whm: bool, user: &UserName, token: &ApiToken) -> Result<Proof, Denied> {
    let kind = if whm { TokenKind::Whm } else { TokenKind::Cpanel };
    let record = app.environment.store.api_token(kind, token).await?.ok_or(Denied::Credential)?;
    let account = owner(app, record.account, user).await?.ok_or(Denied::Credential)?;
    let proof = Proof::of(account, None);
    let acls = record.acls.map_or(proof.acls, |own| own.intersect(proof.acls));
    let only = Some(if whm { Service::Whm } else { Service::Cpanel });
    Ok(Proof { acls, only, assurance: Assurance::Token, ..proof })
}

async fn by_access_hash(app: &App, user: &UserName, hash: &AccessHash) -> Result<Proof, Denied> {
    let store = &app.environment.store;
    if !store.policies().await?.allow_access_hash {
        return Err(Denied::AccessHashDisabled);
    }
    let id = store.access_hash_account(hash).await?.ok_or(Denied::Credential)?;
    let account = owner(app, id, user).await?.ok_or(Denied::Credential)?;
    Ok(Proof { only: Some(Service::Whm), assurance: Assurance::Token, ..Proof::of(account, None) })
}

/// The account of a token, if it is the one that was named and is not suspended.
async fn owner(
    app: &App,
    id: portreeve_types::AccountId,
    claimed: &UserName,
) -> Result<Option<Arc<Account>>, Denied> {
    let account = app.environment.store.account_by_id(id).await?;
    Ok(account.filter(|account| account.user == *claimed && !account.suspended))
}
