//! Second factors and their codes.

use portreeve_types::{LoginName, Service};

use super::events;

events! {
    /// What happens to second factors, and at their codes.
    FactorEvent {
        /// A one-time code or a recovery code was wrong, after a right password.
        CodeRefused = "code_refused" {
            /// Whose second factor it was given for.
            who: Option<LoginName>,
        },
        /// A one-time code was accepted.
        CodeAccepted = "code_accepted" {
            /// Whose second factor it is.
            who: Option<LoginName>,
            /// The service that it was a login to; none for a code in a request's header.
            login_to: Option<Service>,
        },
        /// A right one-time code was refused, since it had been used: the first time in an hour from an address.
        CodeReused = "code_reused" {
            /// Whose second factor it is.
            who: LoginName,
        },
        /// A recovery code was accepted, and is used up.
        RecoveryCodeUsed = "recovery_code_used" {
            /// Whose it was.
            who: Option<LoginName>,
            /// How many are left.
            left: usize,
        },
        /// A second factor was set up.
        FactorSetUp = "factor_set_up" {
            /// Whose it is.
            who: Option<LoginName>,
            /// Whether it took the place of another.
            replaced: bool,
            /// How many recovery codes came with it.
            recovery_codes: usize,
        },
        /// A second factor was brought along from another server.
        FactorImported = "factor_imported" {
            /// Whose it is.
            who: Option<LoginName>,
        },
        /// A second factor was removed.
        FactorRemoved = "factor_removed" {
            /// Whose it was.
            who: Option<LoginName>,
        },
        /// New recovery codes took the place of the old ones.
        RecoveryCodesMade = "recovery_codes_made" {
            /// Whose they are.
            who: Option<LoginName>,
            /// How many.
            recovery_codes: usize,
        },
    }
}
