//! Second factors of other people, as administrators and resellers manage them. Every change is logged.

use std::sync::Arc;

use portreeve_api::{ApiError, Ctx, changed_meanwhile};
use portreeve_store::Account;
use portreeve_types::{LoginName, Subject};

use crate::second_factor;

/// The subject of a login name and its account, if the caller may act on it.
pub(crate) async fn owned(cx: &Ctx, name: &LoginName) -> Result<Option<(Subject, Arc<Account>)>, ApiError> {
    let (subject, account) = match name {
        LoginName::Account(user) => {
            let account = cx.store.account(user).await?;
            (account.as_ref().map(|account| Subject::Account(account.id)), account)
        }
        LoginName::Mailbox(address) => match cx.store.mailbox(address).await? {
            Some(mailbox) => {
                (Some(Subject::Mailbox(mailbox.id)), cx.store.account_by_id(mailbox.account).await?)
            }
            None => (None, None),
        },
    };
    Ok(subject.zip(account).filter(|(_, account)| cx.owns(account)))
}

/// What the original says to somebody who may not act on an account, whether there is one or not.
pub(crate) fn not_authorized(user: &str) -> ApiError {
    ApiError::refused(format!("You are not authorized to modify {user}"))
}

/// Removes somebody's second factor, and with it the sessions. Nothing is amiss when there is none.
///
/// The caller's own needs what its removal by itself needs: a token must not take its owner's factor away.
pub(crate) async fn remove(cx: &Ctx, user: &str) -> Result<(), ApiError> {
    const FAILED: &str = "Failed to remove user configuration";
    let name: LoginName = user.parse().map_err(|_| not_authorized(user))?;
    let (subject, _) = owned(cx, &name).await?.ok_or_else(|| not_authorized(user))?;
    let Some(found) = cx.store.two_factor(subject).await? else { return Ok(()) };
    if subject == cx.actor.subject {
        return second_factor::remove(cx, FAILED).await;
    }
    if !cx.store.remove_two_factor(subject, found.enrolment, None).await? {
        return Err(changed_meanwhile(FAILED));
    }
    let by = &cx.actor.log_name;
    tracing::warn!(%by, of = %name, "a second factor was removed by somebody else");
    Ok(())
}
