//! Whose password logs in to an account beside its own, as `account_login_access` says: its owner's, and root's.
//!
//! On cPanel's ports only, where an account's name was given. Three things must not come of it:
//!
//! - Telling who exists or who owns whom by the time that an answer takes. When the named account's own password was
//!   not given, as many further hashes are evaluated as the policy has possessors, for names that nobody has and for
//!   accounts without a second owner alike: in vain where there is nobody to compare with. Only who gave a right
//!   password is answered sooner, and that one knows.
//! - Guessing at root's password by way of the accounts: under each name a few tries are free, and whoever has an
//!   account clears its count by logging in to it. So all such tries are counted by the possessor's name as well
//!   (`Guess::AnothersPassword`), from one address and from all, with the figures that a name's own password has, and
//!   nothing but the possessor's own login clears that count. Once they are too many, that possessor's password is no
//!   longer looked at, with the same work; the account's own still is, and the possessor's from where the possessor is
//!   known. An account without a second owner, and a name that nobody has, is counted as if it had one.
//! - Tries that are not counted: a failure is one guess against the named account and one against each possessor, and
//!   the account's own password is wrong even if there is no time to look at the others.

use std::sync::Arc;

use portreeve_crypt::{Scheme, SecretString, Verdict};
use portreeve_store::{Account, AccountLoginAccess, Guess, Permit, Role};
use portreeve_types::{Service, UserName};

use super::counters::{reserve, reserve_place};
use super::denied::Denied;
use super::proof::Proof;
use crate::app::App;
use crate::request::Request;

/// The name of the administrator's account.
const ROOT: &str = "root";

/// The name under which tries are counted where there is nobody: no login name, so that it is nobody's.
const NOBODY: &str = "";

/// Somebody whose password may be compared, and whom the try is counted against.
struct Possessor {
    counted: String,
    account: Option<Arc<Account>>,
}

/// Whether an account is proven by the password of somebody who may act as it. Its own password was wrong, or nobody
/// has the name that was given; `permit` is that try's, and is made to count against the possessors too.
pub(super) async fn prove_possessor(
    app: &App,
    request: &Request,
    account: Option<&Arc<Account>>,
    password: SecretString,
    permit: &mut Permit,
) -> Result<Option<Arc<Account>>, Denied> {
    let environment = &app.environment;
    if request.service() != Service::Cpanel {
        return Ok(None);
    }
    let mut tried = Vec::new();
    for Possessor { counted, account } in possessors(app, account).await? {
        let (permit, compared) = match reserve(app, request, &counted, Guess::AnothersPassword).await {
            Ok(permit) => (Some(permit), account),
            Err(Denied::Throttled { .. }) => (None, None),
            Err(denied) => return Err(refunded(app, tried, denied)),
        };
        tried.push(permit);
        let stored = compared.as_ref().map(|possessor| possessor.password.clone());
        match environment.hasher.verify(password.clone(), stored, Scheme::Panel).await {
            Ok(Verdict::Right { .. }) => {
                if let Some(Some(permit)) = tried.pop() {
                    environment.store.succeeded(permit).await?;
                }
                // it was no guess at the passwords of the others
                tried.into_iter().flatten().for_each(|permit| environment.store.refund(permit));
                return Ok(compared);
            }
            Ok(Verdict::Wrong) => {}
            Err(busy) => return Err(refunded(app, tried, busy.into())),
        }
    }
    tried.into_iter().flatten().for_each(|other| permit.join(other));
    Ok(None)
}

/// Ends tries that nobody is told the outcome of.
fn refunded(app: &App, tried: Vec<Option<Permit>>, denied: Denied) -> Denied {
    tried.into_iter().flatten().for_each(|permit| app.environment.store.refund(permit));
    denied
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
    Ok(possessors.iter().filter_map(|one| one.account.as_ref()).any(|now| Arc::ptr_eq(now, possessor)))
}

/// Counts a possessor's password that was found right a moment ago as one that was found right now. It counts for
/// nothing, like every other, while there were too many wrong ones.
pub(super) async fn counts_as_possessors(
    app: &App,
    request: &Request,
    possessor: &Account,
) -> Result<bool, Denied> {
    match reserve_place(app, request, possessor.user.as_str(), Guess::AnothersPassword).await {
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
async fn possessors(app: &App, account: Option<&Arc<Account>>) -> Result<Vec<Possessor>, Denied> {
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
    let mut possessors = vec![owner];
    if access == AccountLoginAccess::OwnerAndRoot {
        possessors.push(root);
    }
    let may = |possessor: &Arc<Account>| {
        account.is_some_and(|account| account.id != possessor.id && possessor.may_possess(account))
    };
    let counted = |possessor: Option<Arc<Account>>| Possessor {
        // the name that nobody has is taken for an account of root's
        counted: possessor.as_ref().map_or_else(|| NOBODY.to_owned(), |possessor| possessor.user.to_string()),
        account: possessor.filter(may),
    };
    Ok(possessors.into_iter().map(counted).collect())
}

impl Proof {
    /// The account that somebody may act as with another account's password: none for a mailbox.
    pub(super) fn possessable(&self) -> Option<&Arc<Account>> {
        self.mailbox.is_none().then_some(&self.account)
    }
}
