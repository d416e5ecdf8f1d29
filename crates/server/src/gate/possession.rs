//! Whose password logs in to an account beside its own, as `account_login_access` says: its owner's, and root's.
//!
//! On cPanel's ports only, where an account's name was given. Three things must not come of it:
//!
//! - Telling who exists or who owns whom by the time that an answer takes. When the named account's own password was
//!   not given, as many further hashes are evaluated as the policy has possessors, for names that nobody has and for
//!   accounts without a second owner alike: in vain where there is nobody to compare with. Only who gave a right
//!   password is answered sooner, and that one knows.
//! - Guessing at root's password by way of the accounts: under each name a few tries are free, and whoever has an
//!   account clears its count by logging in to it. So all such tries from an address are counted together as well
//!   (`Guess::AnothersPassword`), and nothing but a possessor's right password clears that count. Once they are too
//!   many, possessors' passwords are no longer looked at from there for a while, with the same work; the account's
//!   own password still is.
//! - Tries that are not counted: a failure is one guess against the named account, whoever's password was meant.

use std::sync::Arc;

use portreeve_crypt::{Scheme, SecretString, Verdict};
use portreeve_store::{Account, AccountLoginAccess, Guess, Role};
use portreeve_types::{Service, UserName};

use super::counters::{reserve, reserve_place};
use super::denied::Denied;
use super::origin::records_for_nobody;
use super::proof::Proof;
use crate::app::App;
use crate::request::Request;

/// The name of the administrator's account.
const ROOT: &str = "root";

/// Whether an account is proven by the password of somebody who may act as it. Its own password was wrong, or nobody
/// has the name that was given.
pub(super) async fn prove_possessor(
    app: &App,
    request: &Request,
    account: Option<&Arc<Account>>,
    password: SecretString,
) -> Result<Option<Arc<Account>>, Denied> {
    let environment = &app.environment;
    if request.service() != Service::Cpanel {
        return Ok(None);
    }
    let mut possessors = possessors(app, account).await?;
    if possessors.is_empty() {
        return Ok(None);
    }
    let permit = match reserve(app, request, "", Guess::AnothersPassword).await {
        Ok(permit) => Some(permit),
        Err(Denied::Throttled { .. }) => {
            possessors.fill(None);
            None
        }
        Err(denied) => return Err(denied),
    };
    let mut proven = None;
    for possessor in possessors {
        let stored = possessor.as_ref().map(|possessor| possessor.password.clone());
        // given up half-way, the permit counts as a failure
        let verdict = environment.hasher.verify(password.clone(), stored, Scheme::Panel).await?;
        if matches!(verdict, Verdict::Right { .. }) {
            proven = possessor;
            break;
        }
    }
    match (permit, &proven) {
        (Some(permit), Some(_)) => environment.store.succeeded(permit).await?,
        (Some(permit), None) => records_for_nobody(app, request).failed(permit).await?,
        (None, _) => {}
    }
    Ok(proven)
}

/// Whether somebody may still act as an account with a password that was found right a moment ago: nothing about this
/// possessor has changed since, and the password is given where it counts.
pub(super) async fn is_still_possessor(
    app: &App,
    request: &Request,
    owner: &Proof,
    possessor: &Arc<Account>,
) -> Result<bool, Denied> {
    if request.service() != Service::Cpanel {
        return Ok(false);
    }
    let possessors = possessors(app, owner.possessable()).await?;
    Ok(possessors.iter().flatten().any(|now| Arc::ptr_eq(now, possessor)))
}

/// Counts a possessor's password that was found right a moment ago as one that was found right now. It counts for
/// nothing, like every other, while there were too many wrong ones.
pub(super) async fn counts_as_possessors(app: &App, request: &Request) -> Result<bool, Denied> {
    match reserve_place(app, request, "", Guess::AnothersPassword).await {
        Ok(permit) => {
            app.environment.store.succeeded(permit).await?;
            Ok(true)
        }
        Err(Denied::Throttled { .. }) => Ok(false),
        Err(denied) => Err(denied),
    }
}

/// Those whose password is compared: always as many as the policy has, and nobody in a place where the account has
/// none.
async fn possessors(app: &App, account: Option<&Arc<Account>>) -> Result<Vec<Option<Arc<Account>>>, Denied> {
    let store = &app.environment.store;
    let access = store.policies().await?.account_login_access;
    if access == AccountLoginAccess::User {
        return Ok(Vec::new());
    }
    let root = match ROOT.parse::<UserName>() {
        Ok(root) => store.account(&root).await?.filter(|root| root.role == Role::Administrator),
        Err(_) => None,
    };
    // an account without an owner belongs to root
    let owner = match account.and_then(|account| account.owner) {
        Some(owner) => store.account_by_id(owner).await?,
        None => root.clone(),
    };
    let is_owner = |other: &Arc<Account>| owner.as_ref().is_some_and(|owner| owner.id == other.id);
    let root = root.filter(|root| !is_owner(root));
    let may = |possessor: &Arc<Account>| {
        account.is_some_and(|account| account.id != possessor.id && possessor.may_possess(account))
    };
    let mut possessors = vec![owner.filter(may)];
    if access == AccountLoginAccess::OwnerAndRoot {
        possessors.push(root.filter(may));
    }
    Ok(possessors)
}

impl Proof {
    /// The account that somebody may act as with another account's password: none for a mailbox.
    pub(super) fn possessable(&self) -> Option<&Arc<Account>> {
        self.mailbox.is_none().then_some(&self.account)
    }
}
