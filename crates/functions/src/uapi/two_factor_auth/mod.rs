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

/// Refuses to touch a second factor that exists unless the caller gave a code of it: a token, or a session from
/// before there was one, must not be able to take it away. `failed` begins the error.
async fn require_code(cx: &Ctx, failed: &str) -> Result<(), ApiError> {
    let exists = cx.store.two_factor(cx.actor.subject).await?.is_some();
    let needed = match exists && cx.store.policies().await?.two_factor_auth {
        true => Assurance::PasswordAndCode,
        false => Assurance::Password,
    };
    match cx.actor.assurance {
        given if given >= needed => Ok(()),
        Assurance::Token => {
            Err(ApiError::refused(format!("{failed}: an API token cannot change a second factor.")))
        }
        _ => Err(ApiError::refused(format!("{failed}: log in with a security code first."))),
    }
}

/// The caller's name as one-time-code apps show it.
fn own_name(cx: &Ctx) -> String {
    match &cx.actor.mailbox {
        Some(mailbox) => mailbox.address.to_string(),
        None => cx.account.user.to_string(),
    }
}
