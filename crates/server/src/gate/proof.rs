//! A credential that was verified.

use std::sync::Arc;

use portreeve_api::{Assurance, SystemUser};
use portreeve_crypt::{Digest, PasswordHash};
use portreeve_store::{Account, ApiTokenRecord, Login, Mailbox, ProvenLogin, Session};
use portreeve_types::{AclSet, LoginName, Service, Subject, Timestamp};

use crate::hint::Hint;

/// Who a credential belongs to. It becomes a [`super::Caller`] once the factor and the place were checked.
#[derive(Clone)]
pub(crate) struct Proof {
    /// The identity.
    pub(crate) subject: Subject,
    /// Its account, or the account that owns its mailbox.
    pub(crate) account: Arc<Account>,
    /// The mailbox of an identity that is one.
    pub(crate) mailbox: Option<Arc<Mailbox>>,
    /// Who acts as the account on an authority of its own.
    pub(crate) possessor: Option<Arc<Account>>,
    /// The privileges of the credential: never more than the account's now.
    pub(crate) acls: AclSet,
    /// What was proven.
    pub(crate) assurance: Assurance,
    /// Which second factor the prover had when this was proven.
    pub(crate) enrolment: Option<i64>,
    /// The session, when it is the credential.
    pub(crate) session: Option<Arc<Session>>,
    /// The accounts in whose sessions that one was made, the nearest first.
    pub(crate) through: Vec<Arc<Account>>,
    /// The API token, when it is the credential.
    pub(crate) token: Option<Arc<ApiTokenRecord>>,
    /// The digest of the access hash, when it is the credential.
    pub(crate) access_hash: Option<Digest>,
    /// The only service that the credential is good for; none when it is good for several.
    pub(crate) only: Option<Service>,
    /// What the caller should know, beside the answer.
    pub(crate) hint: Option<Hint>,
    /// Whether it is a program that nobody gave a credential of its own.
    pub(crate) is_program: bool,
    /// The system user that the kernel named, when that is the credential.
    pub(crate) system_user: Option<SystemUser>,
}

impl Proof {
    /// Proof of an account, or of a mailbox of it, with all the account's privileges.
    pub(crate) fn of(account: Arc<Account>, mailbox: Option<Arc<Mailbox>>) -> Proof {
        let (subject, acls) = match &mailbox {
            Some(mailbox) => (Subject::Mailbox(mailbox.id), AclSet::NONE),
            None => (Subject::Account(account.id), account.acls()),
        };
        Proof {
            subject,
            account,
            mailbox,
            possessor: None,
            acls,
            assurance: Assurance::Password,
            enrolment: None,
            session: None,
            through: Vec::new(),
            token: None,
            access_hash: None,
            only: None,
            hint: None,
            is_program: false,
            system_user: None,
        }
    }

    /// The same identity on somebody else's authority. A possessor brings no privilege along, and gets none that it
    /// has not.
    pub(crate) fn possessed_by(self, possessor: Arc<Account>) -> Proof {
        Proof { acls: self.acls.intersect(possessor.acls()), possessor: Some(possessor), ..self }
    }

    /// The login that was proven, with the second factor that was found.
    pub(crate) fn login(&self, enrolment: Option<i64>) -> ProvenLogin {
        let login = Login {
            subject: self.subject,
            account: self.account.id,
            possessor: self.possessor.as_ref().map(|possessor| possessor.id),
            name: self.login_name(),
        };
        ProvenLogin { login, password: self.password(), enrolment }
    }

    /// The name that it logs in with.
    pub(crate) fn login_name(&self) -> LoginName {
        match &self.mailbox {
            Some(mailbox) => LoginName::Mailbox(mailbox.address.clone()),
            None => LoginName::Account(self.account.user.clone()),
        }
    }

    /// The name of whose password and second factor count.
    pub(crate) fn prover_login(&self) -> LoginName {
        let possessor = self.possessor.as_ref().map(|possessor| LoginName::Account(possessor.user.clone()));
        possessor.unwrap_or_else(|| self.login_name())
    }

    /// Whose password and second factor count.
    pub(crate) fn prover(&self) -> Subject {
        self.possessor.as_ref().map_or(self.subject, |possessor| Subject::Account(possessor.id))
    }

    /// The prover's name: whom guesses at its second factor are counted against.
    pub(crate) fn prover_name(&self) -> String {
        self.possessor.as_ref().map_or_else(|| self.name(), |possessor| possessor.user.to_string())
    }

    /// The hash of the prover's password, as it was when it was proven.
    pub(crate) fn password(&self) -> PasswordHash {
        match (&self.possessor, &self.mailbox) {
            (Some(possessor), _) => possessor.password.clone(),
            (None, Some(mailbox)) => mailbox.password.clone(),
            (None, None) => self.account.password.clone(),
        }
    }

    /// Since when the prover has that password.
    pub(crate) fn password_changed(&self) -> Timestamp {
        match (&self.possessor, &self.mailbox) {
            (Some(possessor), _) => possessor.password_changed,
            (None, Some(mailbox)) => mailbox.password_changed,
            (None, None) => self.account.password_changed,
        }
    }

    /// The name, and whoever acts under it, for logs: on whose authority, and in whose sessions that was handed on.
    pub(crate) fn log_name(&self) -> String {
        let Some(possessor) = &self.possessor else { return self.name() };
        let mut name = format!("{} (possessor: {}", self.name(), possessor.user);
        for maker in &self.through {
            if maker.id != possessor.id && maker.id != self.account.id {
                name.push_str(", through: ");
                name.push_str(maker.user.as_str());
            }
        }
        name.push(')');
        name
    }

    /// The name.
    pub(crate) fn name(&self) -> String {
        match &self.mailbox {
            Some(mailbox) => mailbox.address.to_text(),
            None => self.account.user.as_str().to_owned(),
        }
    }
}
