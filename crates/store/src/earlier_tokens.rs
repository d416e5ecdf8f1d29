//! Security tokens that a subject's earlier sessions had: a bookmark of last week is no guess.

use std::sync::Mutex;

use portreeve_crypt::{Digest, Purpose};
use portreeve_types::Subject;
use quick_cache::sync::Cache;

use crate::locked::locked;
use crate::sessions::Session;
use crate::store::Store;

/// Subjects that are remembered.
const SUBJECTS: usize = 20_000;
/// Tokens that are remembered of each.
const TOKENS: usize = 16;

/// The latest tokens of the latest subjects, as keyed digests; in memory only.
pub(crate) struct EarlierTokens {
    tokens: Cache<Subject, Vec<Digest>>,
    /// Held while a subject's tokens are replaced.
    replacing: Mutex<()>,
}

impl EarlierTokens {
    /// Nothing remembered.
    pub(crate) fn new() -> EarlierTokens {
        EarlierTokens { tokens: Cache::new(SUBJECTS), replacing: Mutex::new(()) }
    }

    fn remember(&self, subject: Subject, token: Digest) {
        let _replacing = locked(&self.replacing);
        let earlier = self.tokens.get(&subject).unwrap_or_default();
        let tokens = std::iter::once(token).chain(earlier).take(TOKENS).collect();
        self.tokens.insert(subject, tokens);
    }
}

impl Store {
    /// Whether another session of the same subject has or had this security token: a mismatch that is not counted.
    #[must_use]
    pub fn had_security_token(&self, session: &Session, digits: &str) -> bool {
        let token = self.digest(Purpose::SecurityToken, digits);
        let earlier = self.earlier_tokens.tokens.get(&session.subject);
        session.security_token.digits() != digits && earlier.is_some_and(|tokens| tokens.contains(&token))
    }

    pub(crate) fn remember_security_token(&self, session: &Session) {
        let token = self.digest(Purpose::SecurityToken, session.security_token.digits());
        self.earlier_tokens.remember(session.subject, token);
    }
}
