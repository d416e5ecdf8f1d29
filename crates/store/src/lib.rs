//! Portreeve's own records: accounts, mailboxes, sessions, tokens, second factors, throttling, settings.
//!
//! One [`Store`], on a SQLite file or on PostgreSQL, with inherent methods grouped by file. It is the only
//! crate with SQL, and callers cannot tell whether an answer came from a read model in memory or from the
//! database.

mod access_hashes;
mod accounts;
mod api_tokens;
mod change;
mod code_ledger;
mod db;
mod earlier_tokens;
mod error;
mod ftp_logins;
mod installation;
mod issuers;
mod kept_pages;
mod last_seen;
mod listen;
mod locked;
mod mailboxes;
mod migrate;
mod one_time_codes;
mod passwords;
mod pending_logins;
mod policies;
mod proven;
mod read_model;
mod read_models;
mod recovery_codes;
mod row;
mod session_cookie;
mod session_ends;
mod session_lookup;
mod sessions;
mod settings;
mod settings_table;
mod standing;
mod store;
mod subjects;
mod temporary_sessions;
mod throttle;
mod trail;
mod two_factor;
mod two_factors_of_others;
mod upkeep;
mod value;
mod verified_addresses;
mod write;
mod writer;

pub use access_hashes::AccessHashRecord;
pub use accounts::{Account, Authority, CreateAccountError, NewAccount, Role, Suspension};
pub use api_tokens::{
    ApiTokenRecord, CreateTokenError, LastUse, ListedToken, NewToken, TokenChange, TokenKind, TokenLimits,
    TokenLookup, UpdateTokenError,
};
pub use error::StoreError;
pub use ftp_logins::{AddFtpLoginError, FtpLogin, NewFtpLogin};
pub use installation::{recorded_key_id, rotate_key};
pub use kept_pages::{KeepPage, KeptPage, NewKeptPage};
pub use mailboxes::{AddMailboxError, Mailbox, NewMailbox};
pub use one_time_codes::CodeUse;
pub use passwords::{ChangedBy, Staying};
pub use pending_logins::{NewPending, Pending, PendingLookup};
pub use policies::{AccountLoginAccess, CookieAddress, Policies, SessionTimes};
pub use proven::{Acting, Login, ProvenLogin};
pub use session_lookup::SessionLookup;
pub use sessions::{NewSession, OpenedSession, Opening, Session};
pub use settings_table::{Allowed, SETTINGS, Setting};
pub use standing::Maker;
pub use store::{Location, Store};
pub use temporary_sessions::{NewTemporarySession, TemporarySession};
pub use throttle::{
    AddressList, AddressLists, Attempt, FailedGuess, FailedLogin, Figures, Guess, HeldBack, HeldBackBy,
    ListedAddresses, Permit, ReserveError, STATED_REST, Stated, is_on_this_machine,
};
pub use trail::{
    Call, Cut, Documented, DueCuts, Entry, Event, Flaw, Head, Means, Origin, Originator, SessionEnd,
    TokenProblem, TokenRights, Unverified, Verified, Walk,
};
pub use two_factor::TwoFactor;
pub use verified_addresses::SecurityQuestions;
pub use writer::Writer;
