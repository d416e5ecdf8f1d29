//! Passwords: of accounts and of mailboxes, from every carrier.

use std::sync::Arc;

use portreeve_crypt::{Scheme, SecretString, Verdict};
use portreeve_store::{Account, Guess, Mailbox, ReserveError};
use portreeve_types::{AddressPrefix, LoginName};

use super::denied::Denied;
use super::proof::Proof;
use crate::app::App;
use crate::request::Peer;

/// Somebody that a login name can stand for.
struct Identity {
    account: Arc<Account>,
    mailbox: Option<Arc<Mailbox>>,
}

/// Proves a login name by its password.
///
/// Counted before it is evaluated; the same work for names that nobody has; a wrong one says nothing but no.
pub(crate) async fn prove_password(
    app: &App,
    peer: Peer,
    login: &str,
    password: SecretString,
) -> Result<Proof, Denied> {
    let environment = &app.environment;
    let name = login.parse::<LoginName>().ok();
    // What cannot be a name is counted as one name, so that it cannot fill the counters.
    let counted = name.as_ref().map_or_else(|| "?".to_owned(), LoginName::to_string);
    let permit =
        match environment.store.reserve(&counted, AddressPrefix::of(peer.address()), Guess::Password).await {
            Ok(permit) => permit,
            Err(ReserveError::Throttled { retry_after_seconds }) => {
                return Err(Denied::Throttled { retry_after: retry_after_seconds });
            }
            Err(ReserveError::Store(error)) => return Err(error.into()),
        };
    let identity = match &name {
        Some(name) => find(app, name).await?,
        None => None,
    };
    // The dummy work for an unknown name is of the kind that such names have.
    let scheme = if matches!(name, Some(LoginName::Mailbox(_))) { Scheme::Service } else { Scheme::Panel };
    let stored = identity.as_ref().map(Identity::password);
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
            let identity = if rehash { renew_hash(app, identity, password, scheme).await? } else { identity };
            Ok(Proof::of(identity.account, identity.mailbox))
        }
        _ => {
            environment.store.failed(permit).await?;
            Err(Denied::Credential)
        }
    }
}

impl Identity {
    fn password(&self) -> portreeve_crypt::PasswordHash {
        match &self.mailbox {
            Some(mailbox) => mailbox.password.clone(),
            None => self.account.password.clone(),
        }
    }
}

/// Who has this name; a suspended account, and everybody in it, is nobody.
async fn find(app: &App, name: &LoginName) -> Result<Option<Identity>, Denied> {
    let store = &app.environment.store;
    let identity = match name {
        LoginName::Account(user) => {
            store.account(user).await?.map(|account| Identity { account, mailbox: None })
        }
        LoginName::Mailbox(address) => match store.mailbox(address).await? {
            Some(mailbox) => store
                .account_by_id(mailbox.account)
                .await?
                .map(|account| Identity { account, mailbox: Some(mailbox) }),
            None => None,
        },
    };
    Ok(identity.filter(|identity| !identity.account.suspended))
}

/// Replaces a hash of another kind by one of ours, unless the password was changed since it was read.
async fn renew_hash(
    app: &App,
    identity: Identity,
    password: SecretString,
    scheme: Scheme,
) -> Result<Identity, Denied> {
    let environment = &app.environment;
    let (store, old) = (&environment.store, identity.password());
    let new = environment.hasher.hash(password, scheme).await?;
    let (name, renewed) = match &identity.mailbox {
        Some(mailbox) => {
            let name = LoginName::Mailbox(mailbox.address.clone());
            (name, store.renew_mailbox_hash(mailbox.id, &old, &new).await?)
        }
        None => {
            let name = LoginName::Account(identity.account.user.clone());
            (name, store.renew_account_hash(identity.account.id, &old, &new).await?)
        }
    };
    // read anew: a session is opened only on the hash that is on record
    if renewed { find(app, &name).await?.ok_or(Denied::Credential) } else { Ok(identity) }
}
