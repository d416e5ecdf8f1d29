//! Accounts, and the mailboxes and FTP logins in them.

use portreeve_types::{DomainName, MailAddress, UserName};

use super::events;

events! {
    /// What happens to accounts and to what they have.
    AccountEvent {
        /// An account was made.
        AccountCreated = "account_created" {
            /// Its name.
            account: UserName,
            /// Its main domain.
            domain: DomainName,
            /// Whom it belongs to; none for root.
            owner: Option<UserName>,
            /// What it may do beyond itself.
            role: &'static str,
            /// A reseller's privileges.
            privileges: String,
        },
        /// An account's role or privileges were changed.
        RoleChanged = "role_changed" {
            /// The account.
            account: UserName,
            /// What it may do beyond itself now.
            role: &'static str,
            /// A reseller's privileges now.
            privileges: String,
        },
        /// An account was suspended, which ends its logins.
        AccountSuspended = "account_suspended" {
            /// The account.
            account: UserName,
            /// Why, in the words of whoever did it.
            reason: String,
            /// Whether only an administrator may end it.
            locked: bool,
        },
        /// An account is suspended no longer.
        AccountUnsuspended = "account_unsuspended" {
            /// The account.
            account: UserName,
        },
        /// An account was removed, with all that was its own.
        AccountRemoved = "account_removed" {
            /// The account.
            account: UserName,
            /// Its mailboxes.
            mailboxes: Vec<MailAddress>,
            /// The accounts that belonged to it, which are root's now.
            released: Vec<UserName>,
        },
        /// The name was changed under which one-time-code apps show a reseller's accounts.
        IssuerChanged = "issuer_changed" {
            /// The reseller.
            account: Option<UserName>,
            /// The name; none for the server's own.
            issuer: Option<String>,
        },
        /// A mailbox was made.
        MailboxCreated = "mailbox_created" {
            /// Its address.
            mailbox: MailAddress,
        },
        /// A mailbox was removed.
        MailboxRemoved = "mailbox_removed" {
            /// Its address.
            mailbox: MailAddress,
        },
        /// A mailbox's user may not log in any more.
        MailboxLoginSuspended = "mailbox_login_suspended" {
            /// Its address.
            mailbox: MailAddress,
        },
        /// A mailbox's user may log in again.
        MailboxLoginUnsuspended = "mailbox_login_unsuspended" {
            /// Its address.
            mailbox: MailAddress,
        },
        /// An FTP login was made.
        FtpLoginCreated = "ftp_login_created" {
            /// Its name, with its domain.
            login: MailAddress,
            /// The directory that it sees, in its account's home.
            home: String,
        },
        /// An FTP login was removed.
        FtpLoginRemoved = "ftp_login_removed" {
            /// Its name, with its domain.
            login: MailAddress,
        },
        /// An FTP login got another password.
        FtpPasswordChanged = "ftp_password_changed" {
            /// Its name, with its domain.
            login: MailAddress,
        },
    }
}
