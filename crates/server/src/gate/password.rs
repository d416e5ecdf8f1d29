//! Passwords: of accounts and of mailboxes, from every carrier.

use portreeve_crypt::{Scheme, SecretString, Verdict};
use portreeve_store::Guess;
use portreeve_types::LoginName;

use super::counters::{evaluate, reserve_place};
use super::denied::Denied;
use super::identity::{by_name, by_subject};
use super::origin::records_for_nobody;
use super::possession::{counts_as_possessors, prove_possessor};
use super::proof::Proof;
use super::remembered::Lately;
use crate::app::App;
use crate::request::Request;

/// What it takes that a password counts as right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verification {
    /// Its hash is evaluated: for what lasts, as a session does.
    Anew,
    /// Or it was, a moment ago: for one call of a program that sends it with each.
    OrRemembered,
}

/// Proves a login name by its password, or by that of somebody who may act under it.
///
/// Counted before it is evaluated, or looked up among those that were; the same work for names that nobody has; a wrong
/// one says nothing but no.
pub(crate) async fn prove_password(
    app: &App,
    request: &Request,
    login: &str,
    password: SecretString,
    verification: Verification,
) -> Result<Proof, Denied> {
    let environment = &app.environment;
    let name = login.parse::<LoginName>().ok();
    // What cannot be a name is counted as one name, so that it cannot fill the counters.
    let counted = name.as_ref().map_or_else(|| "?".to_owned(), LoginName::to_string);
    let permit = reserve_place(app, request, &counted, Guess::Password).await?;
    let identity = match &name {
        Some(name) => by_name(app, name).await?,
        None => None,
    };
    let lately =
        (verification == Verification::OrRemembered).then(|| Lately::of(app, request, &counted, &password));
    if let (Some(owner), Some(lately)) = (&identity, &lately)
        && let Some(proof) = lately.proves(app, request, owner).await?
    {
        let Some(possessor) = &proof.possessor else {
            environment.store.succeeded(permit).await?;
            return Ok(proof);
        };
        let counts = counts_as_possessors(app, request, possessor).await;
        if !matches!(counts, Ok(false)) {
            // says nothing about guesses at the account's own password
            environment.store.refund(permit);
            return counts.map(|_| proof);
        }
    }
    let mut permit = evaluate(app, permit)?;
    // The dummy work for an unknown name is of the kind that such names have.
    let scheme = if login.contains('@') { Scheme::Service } else { Scheme::Panel };
    let stored = identity.as_ref().map(Proof::password);
    let verdict = match environment.hasher.verify(password.clone(), stored, scheme).await {
        Ok(verdict) => verdict,
        Err(busy) => {
            // It was never evaluated, so it is nobody's failure.
            environment.store.refund(permit);
            return Err(busy.into());
        }
    };
    match (verdict, identity) {
        (Verdict::Right { rehash }, Some(identity)) => {
            environment.store.succeeded(permit).await?;
            if rehash {
                return renew_hash(app, request, identity, password, scheme).await;
            }
            if let Some(lately) = lately {
                lately.keep(app, &identity).await?;
            }
            Ok(identity)
        }
        (_, identity) if scheme == Scheme::Panel => {
            let account = identity.as_ref().and_then(Proof::possessable);
            let proven = prove_possessor(app, request, account, password, &mut permit).await;
            match (proven, identity) {
                (Ok(Some(possessor)), Some(identity)) => {
                    // says nothing about guesses at the account's own password
                    environment.store.refund(permit);
                    let proof = identity.possessed_by(possessor);
                    if let Some(lately) = lately {
                        lately.keep(app, &proof).await?;
                    }
                    Ok(proof)
                }
                (refused, _) => {
                    records_for_nobody(app, request).failed(permit).await?;
                    refused.and(Err(Denied::Credential))
                }
            }
        }
        _ => {
            records_for_nobody(app, request).failed(permit).await?;
            Err(Denied::Credential)
        }
    }
}

/// Replaces a hash of another kind by one of ours, unless the password was changed since it was read. This is a
/// convenience: when it fails, the login goes on with the hash that is there.
async fn renew_hash(
    app: &App,
    request: &Request,
    proof: Proof,
    password: SecretString,
    scheme: Scheme,
) -> Result<Proof, Denied> {
    let environment = &app.environment;
    let old = proof.password();
    let Ok(new) = environment.hasher.hash(password, scheme).await else { return Ok(proof) };
    let records = proof.records(app, request);
    let renewed = match &proof.mailbox {
        Some(mailbox) => records.renew_mailbox_hash(mailbox.id, &old, &new).await,
        None => records.renew_account_hash(proof.account.id, &old, &new).await,
    };
    match renewed {
        // read anew, since a session is opened only on the hash on record; another one is another password
        Ok(true) => {
            let fresh = by_subject(app, proof.subject, proof.account.id, None).await?;
            fresh.filter(|fresh| fresh.password().as_record() == new.as_record()).ok_or(Denied::Credential)
        }
        Ok(false) => Ok(proof),
        Err(error) => {
            tracing::warn!(%error, "a password's hash could not be renewed");
            Ok(proof)
        }
    }
}
