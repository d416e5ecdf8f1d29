//! All read models of a store, and how a change finds the entries that it ends.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use portreeve_crypt::Digest;
use portreeve_types::{
    AccountId, AddressPattern, Clock, MailAddress, MailboxId, Subject, Timestamp, UserName,
};

use crate::accounts::Account;
use crate::api_tokens::ApiTokenRecord;
use crate::change::Change;
use crate::ftp_logins::FtpLogin;
use crate::mailboxes::Mailbox;
use crate::policies::Policies;
use crate::read_model::ReadModel;
use crate::sessions::Session;
use crate::throttle::{AddressLists, ThrottleTable};
use crate::two_factor::TwoFactor;

const ACCOUNTS: usize = 200_000;
const LISTS: usize = 50_000;
const LOGINS: usize = 200_000;
const SESSIONS: usize = 1_000_000;
const TOKENS: usize = 100_000;
const CODES: usize = 100_000;
const ADDRESSES: usize = 200_000;
const SETTINGS: usize = 1_000;

/// The read models. Each is bounded; what does not fit is read from the database again.
pub(crate) struct ReadModels {
    pub(crate) accounts_by_user: ReadModel<UserName, Arc<Account>>,
    pub(crate) accounts: ReadModel<AccountId, Arc<Account>>,
    pub(crate) mailbox_lists: ReadModel<AccountId, Arc<[Arc<Mailbox>]>>,
    pub(crate) mailboxes: ReadModel<MailboxId, Arc<Mailbox>>,
    pub(crate) mailboxes_by_address: ReadModel<MailAddress, Arc<Mailbox>>,
    pub(crate) ftp_login_lists: ReadModel<AccountId, Arc<[Arc<FtpLogin>]>>,
    pub(crate) sessions: ReadModel<Digest, Arc<Session>>,
    /// Holds the answer "no second factor" too: only people who exist are asked about.
    pub(crate) two_factors: ReadModel<Subject, Option<Arc<TwoFactor>>>,
    /// Never dropped by a change: what a code was bound to stays so.
    pub(crate) header_codes: ReadModel<(Subject, i64), IpAddr>,
    pub(crate) api_tokens: ReadModel<Digest, Arc<ApiTokenRecord>>,
    pub(crate) access_hashes: ReadModel<Digest, AccountId>,
    pub(crate) known_addresses: ReadModel<Digest, Timestamp>,
    pub(crate) verified_addresses: ReadModel<Subject, Arc<[AddressPattern]>>,
    /// Holds the answer "not set" too: only the program names keys.
    pub(crate) settings: ReadModel<String, Option<String>>,
    pub(crate) policies: ReadModel<(), Arc<Policies>>,
    pub(crate) address_lists: ReadModel<(), Arc<AddressLists>>,
    pub(crate) throttle: ThrottleTable,
    trusted: Arc<AtomicBool>,
}

impl ReadModels {
    /// Empty read models, trusted.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> ReadModels {
        let trusted = Arc::new(AtomicBool::new(true));
        ReadModels {
            accounts_by_user: ReadModel::new(ACCOUNTS, trusted.clone()),
            accounts: ReadModel::new(ACCOUNTS, trusted.clone()),
            mailbox_lists: ReadModel::new(LISTS, trusted.clone()),
            mailboxes: ReadModel::new(LOGINS, trusted.clone()),
            mailboxes_by_address: ReadModel::new(LOGINS, trusted.clone()),
            ftp_login_lists: ReadModel::new(LISTS, trusted.clone()),
            sessions: ReadModel::new(SESSIONS, trusted.clone()),
            two_factors: ReadModel::new(LOGINS, trusted.clone()),
            header_codes: ReadModel::new(CODES, trusted.clone()),
            api_tokens: ReadModel::new(TOKENS, trusted.clone()),
            access_hashes: ReadModel::new(TOKENS, trusted.clone()),
            known_addresses: ReadModel::new(ADDRESSES, trusted.clone()),
            verified_addresses: ReadModel::new(LOGINS, trusted.clone()),
            settings: ReadModel::new(SETTINGS, trusted.clone()),
            policies: ReadModel::new(1, trusted.clone()),
            address_lists: ReadModel::new(1, trusted.clone()),
            throttle: ThrottleTable::new(trusted.clone(), clock),
            trusted,
        }
    }

    /// Ends the entries that a change made untrue.
    pub(crate) fn forget(&self, change: &Change) {
        match change {
            Change::Account { id, user } => {
                self.accounts.forget(id);
                self.accounts_by_user.forget(user);
            }
            Change::MailboxList(account) => self.mailbox_lists.forget(account),
            Change::Mailbox { id, address } => {
                self.mailboxes.forget(id);
                self.mailboxes_by_address.forget(address);
            }
            Change::FtpLoginList(account) => self.ftp_login_lists.forget(account),
            Change::Session(id) => with_digest(id, |id| self.sessions.forget(id)),
            Change::TwoFactor { kind, number } => {
                if let Some(subject) = Subject::from_parts(*kind, *number) {
                    self.two_factors.forget(&subject);
                }
            }
            Change::ApiToken(digest) => with_digest(digest, |digest| self.api_tokens.forget(digest)),
            Change::AccessHash(digest) => with_digest(digest, |digest| self.access_hashes.forget(digest)),
            Change::Setting(key) => {
                self.settings.forget(key);
                self.policies.forget(&());
            }
            Change::Throttle(key) => with_digest(key, |key| self.throttle.outdate(key)),
            Change::KnownAddress(key) => with_digest(key, |key| {
                self.throttle.note(key);
                self.known_addresses.forget(key);
            }),
            Change::EveryThrottle => self.throttle.forgive_all(),
            Change::AddressLists => self.address_lists.forget(&()),
            Change::VerifiedAddresses { kind, number } => {
                if let Some(subject) = Subject::from_parts(*kind, *number) {
                    self.verified_addresses.forget(&subject);
                }
            }
            Change::Everything => self.forget_all(),
        }
    }

    /// Whether the read models answer.
    pub(crate) fn trusted(&self) -> bool {
        self.trusted.load(Ordering::Acquire)
    }

    /// Bypasses the read models: this node may be missing what the others change.
    pub(crate) fn distrust(&self) {
        self.trusted.store(false, Ordering::Release);
    }

    /// Uses the read models again, from empty.
    pub(crate) fn trust_again(&self) {
        self.forget_all();
        self.trusted.store(true, Ordering::Release);
    }

    fn forget_all(&self) {
        self.accounts_by_user.forget_all();
        self.accounts.forget_all();
        self.mailbox_lists.forget_all();
        self.mailboxes.forget_all();
        self.mailboxes_by_address.forget_all();
        self.ftp_login_lists.forget_all();
        self.sessions.forget_all();
        self.two_factors.forget_all();
        self.header_codes.forget_all();
        self.api_tokens.forget_all();
        self.access_hashes.forget_all();
        self.known_addresses.forget_all();
        self.verified_addresses.forget_all();
        self.settings.forget_all();
        self.policies.forget_all();
        self.address_lists.forget_all();
        self.throttle.outdate_all();
    }
}

/// Calls with the digest of a text, if it is one.
fn with_digest(text: &str, call: impl FnOnce(&Digest)) {
    if let Some(digest) = Digest::from_hex(text) {
        call(&digest);
    }
}
