//! The events: what entries of the trail tell of. Their names and fields are what docs/audit.md lists.

use std::net::IpAddr;

use portreeve_types::{
    AddressRange, DomainName, LoginName, MailAddress, Service, Timestamp, TokenName, UserName,
};
use serde::Serialize;

use crate::api_tokens::TokenLimits;
use crate::throttle::AddressList;

/// An event, as documentation has it.
pub struct Documented {
    /// Its name in entries.
    pub name: &'static str,
    /// When it is written.
    pub meaning: &'static str,
    /// Its fields, and what each is.
    pub fields: &'static [(&'static str, &'static str)],
}

/// The events with their names, and the list that documentation is checked against.
macro_rules! events {
    ($(#[doc = $meaning:literal] $event:ident = $name:literal { $(#[doc = $doc:literal] $field:ident: $type:ty,)* },)*) => {
        /// Something that happened.
        #[derive(Clone, Debug, Serialize)]
        #[serde(untagged)]
        pub enum Event {
            $(
                #[doc = $meaning]
                $event { $(#[doc = $doc] $field: $type,)* },
            )*
        }

        impl Event {
            /// All of them.
            pub const DOCUMENTED: &'static [Documented] = &[$(Documented {
                name: $name,
                meaning: $meaning.trim_ascii(),
                fields: &[$((stringify!($field), $doc.trim_ascii())),*],
            },)*];

            /// Its name in entries.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(Event::$event { .. } => $name,)* }
            }
        }
    };
}

events! {
    /// A password was wrong: at a login, in a request's header, or one that a function was given.
    PasswordRefused = "password_refused" {
        /// Whose name was given; none when nobody has it.
        who: Option<LoginName>,
    },
    /// A one-time code or a recovery code was wrong, after a right password.
    CodeRefused = "code_refused" {
        /// Whose second factor it was given for.
        who: Option<LoginName>,
    },
    /// Answers to security questions were wrong.
    AnswersRefused = "answers_refused" {
        /// Whose they are.
        who: Option<LoginName>,
    },
    /// A login's password was right, and its code is awaited.
    PasswordProven = "password_proven" {
        /// Who logs in.
        who: LoginName,
        /// Whose password it was, if another's.
        possessor: Option<UserName>,
        /// The service.
        service: Service,
    },
    /// A session was opened.
    SessionOpened = "session_opened" {
        /// Whose it is.
        who: LoginName,
        /// On whose authority, if another's.
        possessor: Option<UserName>,
        /// The service.
        service: Service,
        /// The short form of its digest.
        session: String,
        /// By a form or by a link.
        method: &'static str,
        /// Whether a code of the second factor was given.
        factor: bool,
    },
    /// A session was ended before its time.
    SessionEnded = "session_ended" {
        /// Whose it was.
        who: LoginName,
        /// The service.
        service: Service,
        /// The short form of its digest.
        session: String,
        /// Why.
        reason: SessionEnd,
    },
    /// All sessions of somebody were ended, but for the one that this was done in.
    SessionsEnded = "sessions_ended" {
        /// Whose they were.
        who: Option<LoginName>,
        /// How many.
        ended: u64,
    },
    /// A one-time code was accepted.
    CodeAccepted = "code_accepted" {
        /// Whose second factor it is.
        who: Option<LoginName>,
        /// The service that it was a login to; none for a code in a request's header.
        login_to: Option<Service>,
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
    /// A credential was used in a request's header: the first time in an hour from an address.
    CredentialUsed = "credential_used" {},
    /// An API token that is right was refused: the first time in an hour from an address.
    TokenRefused = "token_refused" {
        /// Its end, the address, the lack of TLS, or that its owner has no second factor for the code that it wants.
        problem: TokenProblem,
    },
    /// Somebody who has a second factor made an API call with the password alone, as a policy allows.
    CallWithoutCode = "call_without_code" {},
    /// There were more entries at once than there was room for.
    EntriesLeftOut = "entries_left_out" {
        /// Their event.
        of: &'static str,
        /// How many are not in the trail.
        left_out: u64,
    },
    /// A password was changed.
    PasswordChanged = "password_changed" {
        /// Whose it is.
        who: Option<LoginName>,
        /// Whether its owner changed it.
        by_owner: bool,
    },
    /// An address was verified for somebody's logins.
    AddressVerified = "address_verified" {
        /// Whose logins.
        who: Option<LoginName>,
        /// The address, or the network.
        verified: String,
    },
    /// Security questions were chosen for the first time, which verifies the address that it was done from.
    QuestionsChosen = "questions_chosen" {
        /// Whose they are.
        who: Option<LoginName>,
        /// The address, or the network.
        verified: String,
    },
    /// A link was made that logs in.
    LinkMade = "link_made" {
        /// Whom it is for.
        who: LoginName,
        /// On whose authority, if another's.
        possessor: Option<UserName>,
        /// The service that it is good for.
        service: Service,
        /// The only address that it is good for; none when it is good for any.
        only_from: Option<IpAddr>,
        /// What made it.
        made_by: &'static str,
    },
    /// A page is kept open on a browser.
    PageKept = "page_kept" {
        /// Who keeps it.
        who: LoginName,
        /// The service.
        service: Service,
        /// The page's bookmark.
        page: String,
    },
    /// A page is no longer kept open.
    PageEnded = "page_ended" {
        /// Who kept it.
        who: LoginName,
        /// The page's bookmark.
        page: String,
    },
    /// An API token was made.
    TokenCreated = "token_created" {
        /// The account that it acts as.
        account: Option<UserName>,
        /// Where it is good.
        service: Service,
        /// Its name.
        token: TokenName,
        /// What it may do.
        rights: TokenRights,
    },
    /// An API token was changed.
    TokenChanged = "token_changed" {
        /// The account that it acts as.
        account: Option<UserName>,
        /// Where it is good.
        service: Service,
        /// Its name before.
        token: TokenName,
        /// Its name now.
        renamed: TokenName,
        /// What it might do before.
        old: TokenRights,
        /// What it may do now.
        new: TokenRights,
    },
    /// An API token was revoked, which ends what came of it.
    TokenRevoked = "token_revoked" {
        /// The account that it acted as.
        account: Option<UserName>,
        /// Where it was good.
        service: Service,
        /// Its name.
        token: TokenName,
    },
    /// An account got an access hash, in the place of the one that it had.
    AccessHashSet = "access_hash_set" {
        /// The account.
        account: Option<UserName>,
    },
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
    /// Wrong tries were forgiven, but those at codes and answers.
    FailuresForgiven = "failures_forgiven" {
        /// The only addresses that it holds for; none for all of them.
        only_from: Option<Vec<IpAddr>>,
        /// How many counters and failed logins were removed.
        removed: u64,
    },
    /// Addresses were put on the white or the black list, or got other comments there.
    AddressesListed = "addresses_listed" {
        /// The list.
        list: AddressList,
        /// The addresses, networks and ranges.
        addresses: Vec<AddressRange>,
    },
    /// Addresses were taken off the white or the black list.
    AddressesUnlisted = "addresses_unlisted" {
        /// The list.
        list: AddressList,
        /// The addresses, networks and ranges.
        addresses: Vec<AddressRange>,
    },
    /// A policy or another setting was changed.
    SettingChanged = "setting_changed" {
        /// Its key.
        setting: String,
        /// What it was; none where it never was set.
        old: Option<String>,
        /// What it is.
        new: String,
    },
    /// The records' secrets were sealed with a new key, which ends all sessions.
    KeysRotated = "keys_rotated" {
        /// The old key's name.
        old: String,
        /// The new key's name.
        new: String,
    },
}

/// Why a session was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionEnd {
    /// Whoever the entry is by asked for it.
    Asked,
    /// Too many wrong security tokens came with its cookie.
    WrongSecurityTokens,
}

/// What forbids the use of a right API token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenProblem {
    /// It has expired.
    Expired,
    /// It is good from other addresses.
    Address,
    /// It is good from some addresses, and therefore on TLS only.
    NotOnTls,
    /// It needs a code, and its owner has no second factor.
    NoFactor,
}

/// What an API token may do, as the trail tells it.
#[derive(Clone, Debug, Serialize)]
pub struct TokenRights {
    /// Its end, in seconds since 1970; none when it has no end.
    expires: Option<i64>,
    /// Its privileges; none when it has all of its account's.
    privileges: Option<String>,
    /// From where it is good; empty for anywhere.
    networks: Vec<String>,
    /// Whether each call needs a code.
    code_required: bool,
}

impl From<&TokenLimits> for TokenRights {
    fn from(limits: &TokenLimits) -> TokenRights {
        TokenRights {
            expires: limits.expires.map(Timestamp::seconds),
            privileges: limits.acls.map(|acls| acls.to_string()),
            networks: limits.networks.iter().map(ToString::to_string).collect(),
            code_required: limits.code_required,
        }
    }
}
