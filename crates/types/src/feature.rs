//! Features that an account's package can switch on or off.

/// A feature, under the name that feature lists use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Feature {
    /// Mailboxes.
    EmailAccounts,
    /// FTP logins.
    FtpAccounts,
    /// API tokens of the account's own.
    ApiTokens,
    /// A second factor for logins.
    TwoFactorAuth,
}

impl Feature {
    /// The key in feature lists and in `You do not have the feature “...”.`
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Feature::EmailAccounts => "popaccts",
            Feature::FtpAccounts => "ftpaccts",
            Feature::ApiTokens => "apitokens",
            Feature::TwoFactorAuth => "twofactorauth",
        }
    }
}
