//! `TwoFactorAuth`: the caller's second factor. Set-up has two steps: nothing is stored until a code proves that
//! the app has the secret.

mod generate_user_configuration;
mod get_user_configuration;
mod remove_user_configuration;
mod set_user_configuration;

use portreeve_api::{ApiError, Ctx, Entry};
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

/// The caller's name as one-time-code apps show it.
fn own_name(cx: &Ctx) -> String {
    match &cx.actor.mailbox {
        Some(mailbox) => mailbox.address.to_string(),
        None => cx.account.user.to_string(),
    }
}
