//! `TwoFactorAuth`: the caller's second factor. Set-up has two steps: nothing is stored until a code proves that
//! the app has the secret.

mod generate_user_configuration;
mod get_user_configuration;
mod remove_user_configuration;
mod set_user_configuration;

use portreeve_api::{ApiError, Assurance, Ctx, Entry};
use portreeve_types::Subject;

pub(super) static TABLE: &[Entry] = &[
    Entry::of::<generate_user_configuration::GenerateUserConfiguration>(),
    Entry::of::<get_user_configuration::GetUserConfiguration>(),
    Entry::of::<remove_user_configuration::RemoveUserConfiguration>(),
    Entry::of::<set_user_configuration::SetUserConfiguration>(),
];

/// Whose second factor a call is about: the caller's own, never that of an account it acts for.
fn own_subject(cx: &Ctx) -> Result<Subject, ApiError> {
    match cx.actor.mailbox {
        Some(_) => Ok(cx.actor.subject),
        None if cx.actor.account.id == cx.account.id => Ok(cx.actor.subject),
        None => Err(ApiError::refused("A second factor can be changed only by its own user.")),
    }
}

/// The enrolment that a change is about, if the caller gave a code of it: a token, or a session from before there was
/// one, must not be able to take a second factor away. `failed` begins the error.
async fn changeable(cx: &Ctx, failed: &str) -> Result<Option<i64>, ApiError> {
    let found = cx.store.two_factor(cx.actor.subject).await?.map(|factor| factor.enrolment);
    let needed = match found.is_some() && cx.store.policies().await?.two_factor_auth {
        true => Assurance::PasswordAndCode,
        false => Assurance::Password,
    };
    match cx.actor.assurance {
        given if given >= needed => Ok(found),
        Assurance::Token => {
            Err(ApiError::refused(format!("{failed}: an API token cannot change a second factor.")))
        }
        _ => Err(ApiError::refused(format!("{failed}: log in with a security code first."))),
    }
}

/// Somebody else changed the factor between the look at it and the change.
fn changed_meanwhile(failed: &str) -> ApiError {
    ApiError::refused(format!("{failed}: it was changed meanwhile; log in again."))
}

/// The caller's name as one-time-code apps show it.
fn own_name(cx: &Ctx) -> String {
    match &cx.actor.mailbox {
        Some(mailbox) => mailbox.address.to_string(),
        None => cx.account.user.to_string(),
    }
}
