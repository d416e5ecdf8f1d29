//! What the audit trail tells of once in an hour: that a header's credential was used from an address, and that a right
//! token, or a code that had been used, was refused there.
//!
//! Which were told of is known in memory, and only so many: after a new start, and where there are too many, the trail
//! tells of some again. A client chooses freely within an IPv6 prefix, so that counts as one address.

use std::sync::{Mutex, PoisonError};

use portreeve_api::{Actor, Assurance};
use portreeve_crypt::Digest;
use portreeve_store::TokenProblem;
use portreeve_types::{AccountId, AddressPrefix, Subject, Timestamp, TokenId};
use quick_cache::sync::Cache;

use super::Wanted;
use super::caller::Caller;
use super::proof::Proof;
use crate::app::App;
use crate::request::Request;

/// How many seconds one entry stands for; a clock that is set back ends it.
const HOUR: i64 = 3600;
/// How many are known at once.
const KNOWN: usize = 50_000;

/// What was told of in the last hour.
pub struct Sightings {
    told: Cache<Sighting, Timestamp>,
    telling: Mutex<()>,
}

/// What is told of once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Sighting {
    what: What,
    who: Subject,
    possessor: Option<AccountId>,
    from: AddressPrefix,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum What {
    Password { with_code: bool },
    Token(TokenId),
    AccessHash(Digest),
    SystemUser,
    RefusedToken(TokenId, TokenProblem),
    ReusedCode,
}

impl Default for Sightings {
    fn default() -> Sightings {
        Sightings { told: Cache::new(KNOWN), telling: Mutex::default() }
    }
}

impl Sightings {
    /// Whether something is to be told of now; who is answered yes does that.
    fn is_new(&self, sighting: Sighting, now: Timestamp) -> bool {
        let lately = |told: Timestamp| (0..HOUR).contains(&(now.seconds() - told.seconds()));
        let is_told = || self.told.get(&sighting).is_some_and(lately);
        if is_told() {
            return false;
        }
        // of two at once, one is the first
        let _telling = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        if is_told() {
            return false;
        }
        self.told.insert(sighting, now);
        true
    }
}

/// Tells of a caller that was let in, if it came with a credential in a header, and of each API call without the code
/// that its second factor is there for.
pub(super) fn note_caller(app: &App, wanted: Wanted, caller: &Caller) {
    let environment = &app.environment;
    let actor = caller.actor();
    if let Some(what) = What::of(actor) {
        let possessor = actor.possessor.as_ref().map(|possessor| possessor.id);
        let from = AddressPrefix::of(actor.address);
        let sighting = Sighting { what, who: actor.subject, possessor, from };
        if app.sightings.is_new(sighting, environment.clock.now()) {
            caller.records(environment).note_credential_use();
        }
    }
    if wanted == Wanted::Api && caller.is_without_code() {
        caller.records(environment).note_call_without_code();
    }
}

/// Tells of a right token that is refused.
pub(super) fn note_token_refusal(app: &App, request: &Request, proof: &Proof, problem: TokenProblem) {
    let Some(token) = &proof.token else { return };
    let sighting = Sighting {
        what: What::RefusedToken(token.id, problem),
        who: proof.subject,
        possessor: None,
        from: AddressPrefix::of(request.connection.peer.address()),
    };
    if app.sightings.is_new(sighting, app.environment.clock.now()) {
        proof.records(app, request).note_token_refusal(problem);
    }
}

/// Tells of a right code that is refused, since it was used before.
pub(super) fn note_reused_code(app: &App, request: &Request, proof: &Proof) {
    let sighting = Sighting {
        what: What::ReusedCode,
        who: proof.prover(),
        possessor: None,
        from: AddressPrefix::of(request.connection.peer.address()),
    };
    if app.sightings.is_new(sighting, app.environment.clock.now()) {
        proof.records(app, request).note_reused_code(proof.prover_login());
    }
}

impl What {
    /// The credential in the header that a caller came with. A program that calls back has none of its own: what it
    /// was started with is told of.
    fn of(actor: &Actor) -> Option<What> {
        let calls_back = actor.is_program && actor.system_user.is_none();
        match (&actor.token, &actor.access_hash) {
            _ if actor.session.is_some() || calls_back => None,
            _ if actor.system_user.is_some() => Some(What::SystemUser),
            (Some(token), _) => Some(What::Token(token.id)),
            (None, Some(digest)) => Some(What::AccessHash(*digest)),
            (None, None) => Some(What::Password { with_code: actor.assurance == Assurance::PasswordAndCode }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_told_of_once_an_hour_and_of_many_at_once_one_is_the_first() {
        let sightings = Sightings::default();
        let sighting = |address: &str| Sighting {
            what: What::SystemUser,
            who: Subject::Account(AccountId(1)),
            possessor: None,
            from: AddressPrefix::of(address.parse().unwrap()),
        };
        let at = |seconds: i64| Timestamp::from_seconds(1_800_000_000 + seconds);
        let here = sighting("192.0.2.1");
        let first = std::thread::scope(|scope| {
            let told: Vec<_> = (0..8).map(|_| scope.spawn(|| sightings.is_new(here, at(0)))).collect();
            told.into_iter().map(|told| told.join().unwrap()).filter(|told| *told).count()
        });
        assert_eq!(first, 1);
        assert!(!sightings.is_new(here, at(3599)));
        assert!(sightings.is_new(here, at(3600)));
        assert!(!sightings.is_new(here, at(3601)));
        assert!(sightings.is_new(here, at(0)), "the clock was set back");
        assert!(sightings.is_new(sighting("192.0.2.2"), at(0)));
        assert!(sightings.is_new(sighting("2001:db8::1"), at(0)));
        assert!(!sightings.is_new(sighting("2001:db8::2"), at(0)));
    }
}
