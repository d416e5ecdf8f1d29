//! `TwoFactorAuth`: the caller's second factor.

mod generate_recovery_codes;
mod generate_user_configuration;
mod get_user_configuration;
mod remove_user_configuration;
mod set_user_configuration;

use portreeve_api::Entry;

pub(super) static TABLE: &[Entry] = &[
    Entry::of::<generate_recovery_codes::GenerateRecoveryCodes>(),
    Entry::of::<generate_user_configuration::GenerateUserConfiguration>(),
    Entry::of::<get_user_configuration::GetUserConfiguration>(),
    Entry::of::<remove_user_configuration::RemoveUserConfiguration>(),
    Entry::of::<set_user_configuration::SetUserConfiguration>(),
];
