//! What the ticket of a running program is not good for: anything that outlives the program.

use crate::context::Ctx;
use crate::error::ApiError;
use crate::name::Name;

/// Refuses a ticket where the call makes, changes or shows a credential: a program that is given the caller's rights
/// for a moment must not keep them.
pub(crate) fn check(cx: &Ctx, name: Name) -> Result<(), ApiError> {
    if cx.actor.ticket && concerns_credentials(&name.to_string()) {
        return Err(ApiError::refused(
            "Permission denied: a program's call ticket is not good for credentials.",
        ));
    }
    Ok(())
}

/// By the names of the original's functions, those that do not exist here yet among them.
fn concerns_credentials(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["token", "access_hash", "accesshash", "twofactorauth", "session", "passwd", "password", "temp_user"]
        .iter()
        .any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_or_changes_a_credential_is_not_for_tickets() {
        for name in [
            "Tokens::create_full_access",
            "api_token_create",
            "create_user_session",
            "Session::create_temp_user",
            "TwoFactorAuth::set_user_configuration",
            "twofactorauth_remove_user_config",
            "Email::passwd_pop",
            "passwd",
            "accesshash",
            "get_remote_access_hash",
        ] {
            assert!(concerns_credentials(name), "{name}");
        }
        for name in ["Email::list_pops", "listaccts", "Ftp::list_ftp", "version"] {
            assert!(!concerns_credentials(name), "{name}");
        }
    }
}
