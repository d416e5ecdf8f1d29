//! The events: what entries of the trail tell of, by subject. Their names and fields are what docs/audit-events.md lists.

mod accounts;
mod credentials;
mod factors;
mod installation;
mod logins;
mod uses;

use serde::Serialize;

use super::Trail;

pub use accounts::AccountEvent;
pub use credentials::{CredentialEvent, TokenRights};
pub use factors::FactorEvent;
pub use installation::InstallationEvent;
pub use logins::{LoginEvent, MadeWith, SessionEnd};
pub use uses::{TokenProblem, UseEvent};

/// An event, as documentation has it.
pub struct Documented {
    /// Its name in entries.
    pub name: &'static str,
    /// When it is written.
    pub meaning: &'static str,
    /// Its fields, and what each is.
    pub fields: &'static [(&'static str, &'static str)],
}

/// The events of a subject with their names, and the list that documentation is made from.
macro_rules! events {
    (
        #[doc = $about:literal]
        $subject:ident {
            $(
                #[doc = $meaning:literal]
                $event:ident = $name:literal { $(#[doc = $doc:literal] $field:ident: $type:ty,)* },
            )*
        }
    ) => {
        #[doc = $about]
        #[derive(Clone, Debug, serde::Serialize)]
        #[serde(untagged)]
        pub enum $subject {
            $(
                #[doc = $meaning]
                $event { $(#[doc = $doc] $field: $type,)* },
            )*
        }

        impl $subject {
            /// All of them.
            pub(super) const DOCUMENTED: &'static [super::Documented] = &[$(super::Documented {
                name: $name,
                meaning: $meaning.trim_ascii(),
                fields: &[$((stringify!($field), $doc.trim_ascii())),*],
            },)*];

            /// Its name in entries.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $($subject::$event { .. } => $name,)* }
            }
        }
    };
}
use events;

/// The subjects, of which each has its events.
macro_rules! subjects {
    ($(#[doc = $about:literal] $subject:ident($events:ident),)*) => {
        /// Something that happened.
        #[derive(Clone, Debug, Serialize)]
        #[serde(untagged)]
        pub enum Event {
            $(#[doc = $about] $subject($events),)*
        }

        impl Event {
            /// All of them.
            pub fn documented() -> impl Iterator<Item = &'static Documented> {
                [$($events::DOCUMENTED),*].into_iter().flatten()
            }

            /// Its name in entries.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(Event::$subject(event) => event.name(),)* }
            }
        }

        $(impl From<$events> for Event {
            fn from(event: $events) -> Event {
                Event::$subject(event)
            }
        }

        impl From<$events> for Trail {
            fn from(event: $events) -> Trail {
                Trail(vec![event.into()])
            }
        }

        impl From<Vec<$events>> for Trail {
            fn from(events: Vec<$events>) -> Trail {
                Trail(events.into_iter().map(Event::from).collect())
            }
        })*
    };
}

subjects! {
    /// Logins, sessions, the links that open them, and the pages that are kept.
    Login(LoginEvent),
    /// Second factors and their codes.
    Factor(FactorEvent),
    /// Uses of credentials, which change nothing.
    Use(UseEvent),
    /// Passwords, API tokens and access hashes.
    Credential(CredentialEvent),
    /// Accounts, and the mailboxes and FTP logins in them.
    Account(AccountEvent),
    /// The installation as a whole: its settings, lists, counters and keys.
    Installation(InstallationEvent),
}
