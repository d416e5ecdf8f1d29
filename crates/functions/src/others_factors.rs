//! Second factors of other people, as administrators and resellers manage them. Every change is logged.

use portreeve_api::{Access, ApiError, Ctx, changed_meanwhile};
use portreeve_types::{Acl, LoginName};

use crate::accounts::{Named, named, within_reach};
use crate::second_factor;

/// Whom a login name means, if the caller may act on them.
pub(crate) async fn owned(cx: &Ctx, name: &LoginName) -> Result<Named, ApiError> {
    let named = named(cx, name).await?.filter(|named| cx.owns(&named.account));
    named.ok_or_else(|| not_authorized(&name.to_string()))
}

/// Asks for the privilege to manage other people's second factors; one's own needs none.
pub(crate) fn may_manage(cx: &Ctx, user: Option<&str>) -> Result<(), ApiError> {
    match user {
        Some(user) if user == cx.actor.account.user.as_str() => Ok(()),
        _ => Access::Acl(Acl::CreateAcct).check(cx),
    }
}

/// What the original says to somebody who may not act on an account, whether there is one or not.
fn not_authorized(user: &str) -> ApiError {
    ApiError::refused(format!("You are not authorized to modify {user}"))
}

/// Removes somebody's second factor, and with it the sessions. Nothing is amiss when there is none.
///
/// The caller's own needs what its removal by itself needs: a token must not take its owner's factor away.
pub(crate) async fn remove(cx: &Ctx, user: &str) -> Result<(), ApiError> {
    const FAILED: &str = "Failed to remove user configuration";
    let name: LoginName = user.parse().map_err(|_| not_authorized(user))?;
    let named = owned(cx, &name).await?;
    let subject = named.subject();
    let Some(found) = cx.store.two_factor(subject).await? else { return Ok(()) };
    if subject == cx.actor.subject {
        return second_factor::remove(cx, FAILED).await;
    }
    within_reach(cx, &named.account)?;
    if !cx.store.remove_two_factor(subject, found.enrolment, None).await? {
        return Err(changed_meanwhile(FAILED));
    }
    let by = &cx.actor.log_name;
    tracing::warn!(%by, of = %name, "a second factor was removed by somebody else");
    Ok(())
}
