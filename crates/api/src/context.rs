//! What a function is given beside its arguments.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use portreeve_crypt::{Digest, Entropy, Hasher, PasswordHash};
use portreeve_drivers::Drivers;
use portreeve_store::{Account, Acting, ApiTokenRecord, Mailbox, Role, Session, Store, Writer};
use portreeve_types::{AclSet, Clock, Ports, RequestId, Service, Subject, UserName};

use crate::name::Name;

/// The name of the administrator's account.
const ROOT: &str = "root";

/// The parts of this installation that functions work with.
pub struct Environment {
    /// Our own records, to be read: whoever changes them says who it is first.
    pub store: Store,
    /// Homes, mailboxes, FTP directories.
    pub drivers: Drivers,
    /// Password hashing, on threads of its own.
    pub hasher: Hasher,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The server's own name, as one-time-code apps show it.
    pub host_name: String,
    /// The six ports, for addresses and hints.
    pub ports: Ports,
}

/// What was proven to let a caller in, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// A page that is kept open on a browser: it is shown, and nothing is done.
    Kept,
    /// An API token or an access hash: a program that was given one.
    Token,
    /// A link that somebody made who was let in: whoever has it was given it, and has proven nothing else.
    Link,
    /// The password.
    Password,
    /// The password and a code of the second factor, or root on this machine, who could change the records anyhow.
    PasswordAndCode,
}

/// A system user of this machine that calls over the API socket, where the kernel says who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SystemUser {
    /// Its number.
    pub uid: u32,
    /// Whether it is root or the server's own user, which may act as any account.
    pub is_servers: bool,
}

impl SystemUser {
    /// Whose doing it is, beside the account's that it acts as: root's, where that is not its own account.
    #[must_use]
    pub fn behind(self, account: &Account) -> Option<UserName> {
        let is_others = self.is_servers && account.role != Role::Administrator;
        is_others.then(|| ROOT.parse().ok()).flatten()
    }
}

/// Who calls: proven by the gate, with the privileges that this credential has now.
#[derive(Clone)]
pub struct Actor {
    /// The identity that logged in.
    pub subject: Subject,
    /// Its account; for a mailbox's user the account that owns the mailbox.
    pub account: Arc<Account>,
    /// The mailbox, when only its user is logged in.
    pub mailbox: Option<Arc<Mailbox>>,
    /// Who acts as the account, on an authority of its own: root, the account's owner, or the account for its
    /// mailbox. None when the subject acts itself.
    pub possessor: Option<Arc<Account>>,
    /// What the credential may do in WHM; nothing for an ordinary account.
    pub acls: AclSet,
    /// The service that the call came to.
    pub service: Service,
    /// Where the call came from, as the counters of guesses see it.
    pub address: IpAddr,
    /// Who calls over the API socket; none on every port.
    pub system_user: Option<SystemUser>,
    /// The request that it came with; none where it came with none.
    pub request: Option<RequestId>,
    /// What was proven to let the caller in.
    pub assurance: Assurance,
    /// The second factor that its prover had when the caller was let in: what is done on the strength of that fails
    /// once there is another.
    pub enrolment: Option<i64>,
    /// Whether it was let in for calls only: a policy would have demanded more of whoever wants a page.
    pub calls_only: bool,
    /// The session that the call came in, when it came in one.
    pub session: Option<Arc<Session>>,
    /// The API token that the call came with, when it came with one.
    pub token: Option<Arc<ApiTokenRecord>>,
    /// The digest of the access hash that the call came with, when it came with one.
    pub access_hash: Option<Digest>,
    /// Whether it is a program that nobody gave a credential of its own: one that calls with the ticket of its run, or as
    /// the account's system user. It makes nothing that would outlast it.
    pub is_program: bool,
    /// The name that it acts under, and whoever acts under that name, for logs.
    pub log_name: Arc<str>,
}

impl Actor {
    /// Whether only a mailbox is acted on: one with a user of its own, or the account's default mailbox.
    #[must_use]
    pub fn is_mailbox(&self) -> bool {
        self.mailbox.is_some() || self.has_default_mailbox_only()
    }

    /// Whether it is the account's own mailbox only, as on Webmail: the account's user reads its mail there, and does
    /// nothing else.
    #[must_use]
    pub fn has_default_mailbox_only(&self) -> bool {
        self.service == Service::Webmail && self.mailbox.is_none()
    }

    /// The account on whose authority the call is made: what a session that it makes depends on.
    #[must_use]
    pub fn authority(&self) -> &Arc<Account> {
        self.possessor.as_ref().unwrap_or(&self.account)
    }

    /// The hash of the password that counts: the caller's own, or the one of who acts as the caller.
    #[must_use]
    pub fn password(&self) -> &PasswordHash {
        match (&self.possessor, &self.mailbox) {
            (Some(possessor), _) => &possessor.password,
            (None, Some(mailbox)) => &mailbox.password,
            (None, None) => &self.account.password,
        }
    }

    /// What its prover was let in with: what is changed on the strength of that fails once it holds no longer.
    #[must_use]
    pub fn acting(&self) -> Acting<'_> {
        let possessor = self.possessor.as_ref().map(|possessor| Subject::Account(possessor.id));
        Acting {
            subject: possessor.unwrap_or(self.subject),
            password: Some(self.password()),
            enrolment: self.enrolment,
            session: self.session.as_deref(),
        }
    }

    /// Whether the caller may open a session of another account: it may act as that account, and so may whoever it acts
    /// for itself. In a session that root made for a reseller, the reseller's own accounts are all there is.
    #[must_use]
    pub fn may_enter(&self, account: &Account) -> bool {
        self.account.may_possess(account) && self.authority().may_possess(account)
    }

    /// Whether the subject itself proved who it is, rather than somebody who acts for it or was given a link. Only
    /// then may it make credentials that outlast the session, or change those that it has: whoever acts for others
    /// must not be able to keep the access that their owner takes away.
    #[must_use]
    pub fn acts_itself(&self) -> bool {
        self.possessor.is_none() && !matches!(self.assurance, Assurance::Kept | Assurance::Link)
    }

    /// The name that the caller logs in with, as counters and apps know it.
    #[must_use]
    pub fn login(&self) -> String {
        match &self.mailbox {
            Some(mailbox) => mailbox.address.to_string(),
            None => self.account.user.to_string(),
        }
    }
}

/// One call: who calls, and on which account.
#[derive(Clone)]
pub struct Ctx {
    environment: Arc<Environment>,
    /// Who calls.
    pub actor: Arc<Actor>,
    /// Our own records, in the hands of who calls.
    pub store: Writer,
    /// The account that the call acts on: the caller's own, or one that the caller owns.
    pub account: Arc<Account>,
}

impl Ctx {
    /// A call by this actor on this account. Whoever makes one has checked that the actor may act on it.
    #[must_use]
    pub fn new(environment: Arc<Environment>, actor: Arc<Actor>, account: Arc<Account>) -> Ctx {
        let store = environment.store.acting_for(actor.clone());
        Ctx { environment, actor, store, account }
    }

    /// The call, as one of this function: what it changes is noted as that function's doing.
    #[must_use]
    pub fn calling(self, name: Name) -> Ctx {
        Ctx { store: self.store.within(name.into()), ..self }
    }

    /// The home directory of the account that the call acts on.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.drivers.homes.path(&self.account.user)
    }

    /// Whether the caller may act on this account: its own, one that it owns, or any for root.
    #[must_use]
    pub fn owns(&self, account: &Account) -> bool {
        let caller = &self.actor.account;
        !self.actor.is_mailbox()
            && (caller.role == Role::Administrator
                || account.id == caller.id
                || account.owner == Some(caller.id))
    }
}

impl std::ops::Deref for Ctx {
    type Target = Environment;

    fn deref(&self) -> &Environment {
        &self.environment
    }
}
