//! From a name or an identity's number to who that is now. A suspended account, and everybody in it, is nobody, and so
//! is a mailbox's user whose login is suspended.

use std::sync::Arc;

use portreeve_store::{Account, Mailbox};
use portreeve_types::{AccountId, LoginName, Subject};

use super::denied::Denied;
use super::proof::Proof;
use crate::app::App;

/// Who has this name.
pub(crate) async fn by_name(app: &App, name: &LoginName) -> Result<Option<Proof>, Denied> {
    let store = &app.environment.store;
    match name {
        LoginName::Account(user) => Ok(present(store.account(user).await?, None)),
        LoginName::Mailbox(address) => match store.mailbox(address).await? {
            Some(mailbox) => Ok(present(store.account_by_id(mailbox.account).await?, Some(mailbox))),
            None => Ok(None),
        },
    }
}

/// Who a record belongs to: an account, or one of its mailboxes; on the authority of whom, if somebody acts for it.
/// Whoever may no longer act for it is nobody.
pub(crate) async fn by_subject(
    app: &App,
    subject: Subject,
    account: AccountId,
    possessor: Option<AccountId>,
) -> Result<Option<Proof>, Denied> {
    let store = &app.environment.store;
    let account = store.account_by_id(account).await?;
    let proof = match subject {
        Subject::Account(_) => present(account, None),
        Subject::Mailbox(id) => match store.mailbox_by_id(id).await? {
            Some(mailbox) => present(account, Some(mailbox)),
            None => None,
        },
    };
    let (Some(proof), Some(possessor)) = (&proof, possessor) else { return Ok(proof) };
    let possessor = store.account_by_id(possessor).await?;
    let possessor = possessor.filter(|possessor| possessor.may_possess(&proof.account));
    Ok(possessor.map(|possessor| proof.clone().possessed_by(possessor)))
}

fn present(account: Option<Arc<Account>>, mailbox: Option<Arc<Mailbox>>) -> Option<Proof> {
    let closed = mailbox.as_ref().is_some_and(|mailbox| mailbox.login_suspended);
    account
        .filter(|account| !closed && account.suspension.is_none())
        .map(|account| Proof::of(account, mailbox))
}
