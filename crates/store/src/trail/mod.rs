//! The audit trail: what was done to the installation, by whom and from where, one chain of entries for each node.
//!
//! An entry is written in the transaction of what it tells of: there is never one without the other. [`Trail`] is what
//! a transaction leaves, and its commit asks for it, so that nothing is forgotten. Nothing secret can be said: events
//! and origins hold names, numbers and moments, and secrets have types that are not written.

mod anchor;
mod append;
mod cut;
mod event;
mod flaw;
mod head;
mod link;
mod origin;
mod read;
mod verify;
mod waiting;
mod walk;

pub use cut::{Cut, DueCuts};
pub use event::{
    AccountEvent, CredentialEvent, Documented, Event, FactorEvent, InstallationEvent, LoginEvent, MadeWith,
    SessionEnd, TokenProblem, TokenRights, UseEvent,
};
pub use flaw::{Flaw, Unverified};
pub use head::Head;
pub use origin::{Call, Means, Origin, Originator};
pub use read::Entry;
pub use verify::Verified;
pub use walk::Walk;

pub(crate) use append::{End, append};
pub(crate) use waiting::Waiting;

/// What a transaction leaves in the trail.
pub(crate) struct Trail(Vec<Event>);

impl Trail {
    /// Nothing, and why that is right.
    pub(crate) fn nothing(_why: &'static str) -> Trail {
        Trail(Vec::new())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = &Event> {
        self.0.iter()
    }
}
