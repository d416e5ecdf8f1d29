//! Somebody whom the gate let in.

use std::sync::Arc;

use portreeve_api::{Actor, Assurance, Ctx, Environment};
use portreeve_store::{Account, Role, Session, Writer};
use portreeve_types::{AclSet, Service};

use super::demands::{Demand, Means};
use super::proof::Proof;
use crate::hint::Hint;
use crate::request::Request;

/// Somebody whom the gate let in. Only the gate makes one, so nothing that needs one can be reached around it.
pub struct Caller {
    actor: Arc<Actor>,
    /// The address of a mailbox's user; an account is named by itself.
    mailbox_name: Option<String>,
    hint: Option<Hint>,
    means: Means,
    unmet: Option<Demand>,
}

impl Caller {
    /// The caller behind a proof, with the rights that the service gives: WHM's privileges count in WHM only, and on
    /// Webmail an account's user has its default mailbox only.
    pub(super) fn of(proof: Proof, means: Means, unmet: Option<Demand>, request: &Request) -> Caller {
        let service = request.service();
        let acls = if service == Service::Whm { proof.acls } else { AclSet::NONE };
        let log_name = match (&proof.possessor, &proof.mailbox) {
            (None, None) => Arc::from(proof.account.user.as_str()),
            _ => proof.log_name().into(),
        };
        Caller {
            mailbox_name: proof.mailbox.as_ref().map(|mailbox| mailbox.address.to_text()),
            means,
            unmet,
            actor: Arc::new(Actor {
                log_name,
                subject: proof.subject,
                possessor: proof.possessor,
                account: proof.account,
                mailbox: proof.mailbox,
                acls,
                service,
                address: request.connection.peer.address(),
                system_user: proof.system_user,
                request: Some(request.id),
                assurance: proof.assurance,
                enrolment: proof.enrolment,
                calls_only: unmet.is_some(),
                session: proof.session,
                token: proof.token,
                access_hash: proof.access_hash,
                is_program: proof.is_program,
            }),
            hint: proof.hint,
        }
    }

    /// The name, for pages.
    #[must_use]
    pub fn name(&self) -> &str {
        self.mailbox_name.as_deref().unwrap_or(self.actor.account.user.as_str())
    }

    /// What the caller should know, beside the answer.
    #[must_use]
    pub fn hint(&self) -> Option<&Hint> {
        self.hint.as_ref()
    }

    /// The caller with this to know, unless there is something already.
    #[must_use]
    pub fn or_hint(self, hint: Hint) -> Caller {
        Caller { hint: self.hint.or(Some(hint)), ..self }
    }

    /// The name, and whoever acts under it, for logs.
    #[must_use]
    pub fn log_name(&self) -> &Arc<str> {
        &self.actor.log_name
    }

    /// Who calls, as functions see it.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The records in the hands of this caller.
    #[must_use]
    pub fn records(&self, environment: &Environment) -> Writer {
        environment.store.acting_for(self.actor.clone())
    }

    /// The name of whose password and second factor count: the caller's own, or those of who acts as the caller.
    #[must_use]
    pub fn prover_name(&self) -> &str {
        self.actor.possessor.as_ref().map_or(self.name(), |possessor| possessor.user.as_str())
    }

    /// Whether the caller has a second factor and a policy let the password alone call, for logs.
    #[must_use]
    pub fn is_without_code(&self) -> bool {
        self.unmet == Some(Demand::Code)
    }

    /// The demand that is not met, where the caller was let in all the same: on a call that the policies are not
    /// about, or on the page where just that demand is settled.
    #[must_use]
    pub fn unmet(&self) -> Option<Demand> {
        self.unmet
    }

    /// What the addresses of the session's pages begin with; nothing without a session.
    #[must_use]
    pub fn prefix(&self) -> String {
        self.session().map(|session| session.security_token.prefix()).unwrap_or_default()
    }

    /// The session that the request came in, when it came in one.
    #[must_use]
    pub fn session(&self) -> Option<&Arc<Session>> {
        self.actor.session.as_ref()
    }

    /// Whether all that was proven is that a page is kept open: it is shown, and nothing is done.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.actor.assurance == Assurance::Kept
    }

    /// What this caller proved and how, for calls that are made in its name on the same service and with the same
    /// rights.
    pub(crate) fn proven(&self, service: Service) -> (Proof, Means) {
        let Actor {
            subject,
            account,
            mailbox,
            possessor,
            acls,
            assurance,
            enrolment,
            session,
            token,
            access_hash,
            // of the request at hand
            service: _,
            address: _,
            system_user: _,
            request: _,
            calls_only: _,
            is_program: _,
            log_name: _,
        } = Actor::clone(&self.actor);
        let (only, hint) = (Some(service), None);
        let proof = Proof {
            subject,
            account,
            mailbox,
            possessor,
            acls,
            assurance,
            enrolment,
            session,
            through: Vec::new(),
            token,
            access_hash,
            only,
            hint,
            is_program: false,
            system_user: None,
        };
        (proof, self.means)
    }

    /// A call on the caller's own account.
    #[must_use]
    pub fn on_own_account(&self, environment: &Arc<Environment>) -> Ctx {
        Ctx::new(environment.clone(), self.actor.clone(), self.actor.account.clone())
    }

    /// A call on another account, if the caller may act on it.
    #[must_use]
    pub fn on_account(&self, environment: &Arc<Environment>, account: Arc<Account>) -> Option<Ctx> {
        let cx = Ctx::new(environment.clone(), self.actor.clone(), account);
        (cx.owns(&cx.account) && cx.account.role != Role::Administrator).then_some(cx)
    }
}
