//! Who calls, as the audit trail tells it.

use portreeve_store::{Call, Means, Origin, Originator};
use portreeve_types::{LoginName, UserName};

use crate::context::{Actor, Assurance};
use crate::name::Name;

impl Originator for Actor {
    fn origin(&self) -> Origin {
        let who = match &self.mailbox {
            Some(mailbox) => LoginName::Mailbox(mailbox.address.clone()),
            None => LoginName::Account(self.account.user.clone()),
        };
        Origin {
            who: Some(who),
            possessor: self.possessor_name(),
            means: self.means(),
            token: self.token.as_ref().map(|token| token.name.clone()),
            session: self.session.as_ref().map(|session| session.log_id()),
            program: self.is_program,
            address: self.system_user.is_none().then_some(self.address),
            system_user: self.system_user.map(|user| user.uid),
            service: Some(self.service),
            request: self.request,
            call: None,
        }
    }
}

impl Actor {
    /// On whose authority it is, or whose doing.
    fn possessor_name(&self) -> Option<UserName> {
        let possessor = self.possessor.as_ref().map(|possessor| possessor.user.clone());
        possessor.or_else(|| self.system_user?.behind(&self.account))
    }

    fn means(&self) -> Means {
        match (&self.token, &self.access_hash, self.assurance) {
            _ if self.system_user.is_some() => Means::SystemUser,
            (Some(_), _, _) => Means::Token,
            (None, Some(_), _) => Means::AccessHash,
            (None, None, Assurance::Kept) => Means::KeptPage,
            (None, None, Assurance::Token) => Means::SystemUser,
            (None, None, Assurance::Link) => Means::Link,
            (None, None, Assurance::Password) => Means::Password,
            (None, None, Assurance::PasswordAndCode) => Means::PasswordAndCode,
        }
    }
}

impl From<Name> for Call {
    fn from(name: Name) -> Call {
        Call { api: name.api(), module: name.module(), function: name.function() }
    }
}
