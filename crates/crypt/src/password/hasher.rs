//! Hashing and verifying passwords on a bounded pool of threads.

use std::hint::black_box;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::pool::{Busy, Load, Pool};
use super::record::{MAX_PASSWORD_BYTES, PasswordHash, Scheme};
use super::{Cost, argon2id, crypt3};
use crate::entropy::Entropy;
use crate::{ExposeSecret, SecretString};

/// What a password turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The right one.
    Right {
        /// Whether its hash should be made anew with [`Hasher::hash`].
        rehash: bool,
    },
    /// Not the right one, or there is nobody it could belong to.
    Wrong,
}

/// Hashes and verifies passwords on threads of its own, as many as there are cores: an evaluation takes a core
/// for 13 milliseconds and 19 MiB. At most 64 wait for a thread, each at most two seconds.
pub struct Hasher {
    pool: Pool,
    entropy: Arc<dyn Entropy>,
    cost: Cost,
    verified: AtomicU64,
}

impl Hasher {
    /// One thread for each core, and the production cost.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn new(entropy: Arc<dyn Entropy>) -> io::Result<Hasher> {
        Hasher::with_cost(entropy, Cost::default())
    }

    /// Another cost for Argon2id. Tests take a small one to be quick; nobody else should.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn with_cost(entropy: Arc<dyn Entropy>, cost: Cost) -> io::Result<Hasher> {
        let cores = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Hasher::with_threads(entropy, cost, cores)
    }

    /// Another number of threads.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn with_threads(entropy: Arc<dyn Entropy>, cost: Cost, threads: NonZeroUsize) -> io::Result<Hasher> {
        Ok(Hasher { pool: Pool::start(threads)?, entropy, cost, verified: AtomicU64::new(0) })
    }

    /// Whether a password is the one whose hash is stored; `None` stands for somebody unknown.
    ///
    /// An unknown user and an unusable record take the time of the scheme's own hash, so that the time does not
    /// tell who exists.
    ///
    /// # Errors
    /// [`Busy`] when no thread was free in time.
    pub async fn verify(
        &self,
        password: SecretString,
        stored: Option<PasswordHash>,
        scheme: Scheme,
    ) -> Result<Verdict, Busy> {
        let (cost, entropy) = (self.cost, Arc::clone(&self.entropy));
        self.verified.fetch_add(1, Ordering::Relaxed);
        self.pool.run(move || verdict(&password, stored.as_ref(), scheme, cost, entropy.as_ref())).await
    }

    /// How many passwords it was asked to verify so far.
    #[must_use]
    pub fn verified(&self) -> u64 {
        self.verified.load(Ordering::Relaxed)
    }

    /// How much its threads have to do now.
    #[must_use]
    pub fn load(&self) -> Load {
        self.pool.load()
    }

    /// The hash of a new password. That of one longer than [`MAX_PASSWORD_BYTES`] is locked: check the length
    /// first.
    ///
    /// # Errors
    /// [`Busy`] when no thread was free in time.
    pub async fn hash(&self, password: SecretString, scheme: Scheme) -> Result<PasswordHash, Busy> {
        let (cost, entropy) = (self.cost, Arc::clone(&self.entropy));
        self.pool
            .run(move || match evaluable(&password) {
                Some(password) => new_hash(password, scheme, cost, entropy.as_ref()),
                None => PasswordHash::locked(),
            })
            .await
    }
}

/// The password's bytes, unless there are too many.
fn evaluable(password: &SecretString) -> Option<&[u8]> {
    Some(password.expose_secret().as_bytes()).filter(|bytes| bytes.len() <= MAX_PASSWORD_BYTES)
}

fn new_hash(password: &[u8], scheme: Scheme, cost: Cost, entropy: &dyn Entropy) -> PasswordHash {
    PasswordHash::from_record(match scheme {
        Scheme::Panel => argon2id::hash(password, cost, entropy),
        Scheme::Service => crypt3::hash(password, entropy),
    })
}

fn verdict(
    password: &SecretString,
    stored: Option<&PasswordHash>,
    scheme: Scheme,
    cost: Cost,
    entropy: &dyn Entropy,
) -> Verdict {
    let password = evaluable(password);
    let evaluated = stored.zip(password).and_then(|(stored, password)| stored.evaluate(password));
    match (evaluated, stored) {
        (Some(true), Some(stored)) => Verdict::Right { rehash: stored.needs_rehash_at(scheme, cost) },
        (Some(_), _) => Verdict::Wrong,
        (None, _) => {
            // nothing was evaluated: do the same work in vain
            black_box(new_hash(password.unwrap_or_default(), scheme, cost, entropy));
            Verdict::Wrong
        }
    }
}
