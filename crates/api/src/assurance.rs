//! What a caller must have proven to change the credentials that let somebody in.

use portreeve_store::Acting;

use crate::context::{Assurance, Ctx};
use crate::error::ApiError;

/// Who changes a credential, with the second factor of now, if the caller gave a code of it where there is one.
///
/// A token must not make itself last longer, nor a session from before the factor pass by it: whatever is changed
/// outlives the credential that changed it. For the same reason nobody does so who acts for somebody else. `failed`
/// begins the error, `cannot` says what a token cannot do.
///
/// # Errors
/// When the caller has proven less, or the records are unavailable.
pub async fn stepped_up<'a>(cx: &'a Ctx, failed: &str, cannot: &str) -> Result<Acting<'a>, ApiError> {
    let asked = cx.store.policies().await?.two_factor_auth;
    proven(cx, asked, failed, cannot).await
}

/// As `stepped_up`, and with a code wherever the caller has a second factor, whatever the policies say: for the secrets
/// of others, which a policy that is off for a while must not give away for good.
///
/// # Errors
/// When the caller has proven less, or the records are unavailable.
pub async fn fully_proven<'a>(cx: &'a Ctx, failed: &str, cannot: &str) -> Result<Acting<'a>, ApiError> {
    proven(cx, true, failed, cannot).await
}

async fn proven<'a>(
    cx: &'a Ctx,
    code_asked: bool,
    failed: &str,
    cannot: &str,
) -> Result<Acting<'a>, ApiError> {
    let found = cx.store.two_factor(cx.actor.subject).await?.map(|factor| factor.enrolment);
    let needed = match found.is_some() && code_asked {
        true => Assurance::PasswordAndCode,
        false => Assurance::Password,
    };
    check(cx, needed, failed, cannot)?;
    if found != cx.actor.enrolment {
        return Err(changed_meanwhile(failed));
    }
    Ok(cx.actor.acting())
}

/// Somebody changed the second factor, or ended the session, while the call was under way.
#[must_use]
pub fn changed_meanwhile(failed: &str) -> ApiError {
    ApiError::refused(format!("{failed}: it was changed meanwhile; log in again."))
}

/// Refuses a caller who gave no code in this call or at the login of this session, whatever the policies say.
///
/// # Errors
/// When the caller has proven less.
pub fn with_code(cx: &Ctx, failed: &str, cannot: &str) -> Result<(), ApiError> {
    check(cx, Assurance::PasswordAndCode, failed, cannot)
}

fn check(cx: &Ctx, needed: Assurance, failed: &str, cannot: &str) -> Result<(), ApiError> {
    if !cx.actor.acts_itself() {
        return Err(ApiError::refused(format!(
            "{failed}: it can be done only by its own user, logged in with the password."
        )));
    }
    match cx.actor.assurance {
        given if given >= needed => Ok(()),
        Assurance::Token => Err(ApiError::refused(format!("{failed}: an API token {cannot}."))),
        _ => Err(ApiError::refused(format!("{failed}: log in with a security code first."))),
    }
}
