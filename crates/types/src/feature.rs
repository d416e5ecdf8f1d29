//! Features that an account's package can switch on or off.

macro_rules! features {
    ($($(#[$doc:meta])* $variant:ident = $key:literal,)*) => {
        /// A feature, under the name that feature lists use.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Feature {
            $($(#[$doc])* $variant,)*
        }

        impl Feature {
            /// Every feature.
            pub const ALL: &'static [Feature] = &[$(Feature::$variant),*];

            /// The key in feature lists and in `You do not have the feature “...”.`
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self {
                    $(Feature::$variant => $key,)*
                }
            }
        }
    };
}

features! {
    /// Mailboxes.
    EmailAccounts = "popaccts",
    /// FTP logins.
    FtpAccounts = "ftpaccts",
    /// API tokens of the account's own.
    ApiTokens = "apitokens",
    /// The change of one's own password.
    Passwords = "password",
    /// A second factor for logins.
    TwoFactorAuth = "twofactorauth",
}
