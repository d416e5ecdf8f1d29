//! The store itself: opening, closing, and what its methods share.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use portreeve_crypt::{Digest, Entropy, Keyring, Purpose, random};
use portreeve_types::{Clock, NodeName, Timestamp};
use tokio::task::AbortHandle;

use crate::api_tokens::TokenUses;
use crate::db::Db;
use crate::earlier_tokens::EarlierTokens;
use crate::error::StoreError;
use crate::last_seen::LastSeen;
use crate::locked::locked;
use crate::read_models::ReadModels;
use crate::throttle::{Evaluations, ThisMachine};
use crate::trail::{Means, Origin, Waiting};
use crate::upkeep::Upkeep;
use crate::write::Write;
use crate::writer::By;
use crate::{installation, listen, migrate, upkeep};

/// Where the records are.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file; it is made when it is not there.
    Sqlite(PathBuf),
    /// A PostgreSQL database, as an address: `postgres://user@host/database`, or with a Unix socket
    /// `postgres:///database?host=/run/postgresql`.
    Postgres(String),
}

/// The records of an installation. Cheap to clone; all clones are one store.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

/// What the clones share. Public in name only: the module is not, and neither are the fields.
pub struct Inner {
    pub(crate) db: Db,
    pub(crate) models: Arc<ReadModels>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) evaluations: Evaluations,
    pub(crate) machine: ThisMachine,
    pub(crate) last_seen: LastSeen,
    pub(crate) token_uses: TokenUses,
    pub(crate) waiting: Waiting,
    pub(crate) earlier_tokens: EarlierTokens,
    /// Tells this store's notices from the other nodes'.
    pub(crate) node: i64,
    /// Whose chain of the trail is written to.
    pub(crate) trail_node: NodeName,
    /// In whose name the server writes of itself.
    own: By,
    listening: Mutex<Vec<AbortHandle>>,
    upkeep: Mutex<Option<Upkeep>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        locked(&self.listening).drain(..).for_each(|task| task.abort());
    }
}

impl std::ops::Deref for Store {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Store {
    /// Opens the records of a node: connects, brings the tables up to date, and starts what runs beside the requests (once
    /// a second the entries of the trail that wait, once a minute the last-seen times, the uses of tokens and the sweeping
    /// of expired rows; on PostgreSQL the listening to other nodes).
    ///
    /// # Errors
    /// When the database cannot be reached, a newer program has written it, or the records belong to an
    /// installation with another key.
    pub async fn open(
        location: &Location,
        keyring: Arc<Keyring>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        node: NodeName,
    ) -> Result<Store, StoreError> {
        let db = Db::open(location).await?;
        migrate::migrate(&db, clock.now()).await?;
        let keyring = Arc::new(installation::keyring_of(&db, &keyring).await?);
        let store = Store(Arc::new(Inner {
            db,
            models: Arc::new(ReadModels::new(clock.clone())),
            keyring,
            evaluations: Evaluations::new(clock.elapsed()),
            machine: ThisMachine::default(),
            clock,
            node: random::id(&*entropy),
            trail_node: node,
            own: By::new(Arc::new(Origin::of(Means::Server))),
            entropy,
            last_seen: LastSeen::default(),
            token_uses: TokenUses::default(),
            waiting: Waiting::default(),
            earlier_tokens: EarlierTokens::new(),
            listening: Mutex::default(),
            upkeep: Mutex::default(),
        }));
        *locked(&store.listening) = listen::start(&store).await?;
        store.refresh_on_record().await?;
        *locked(&store.upkeep) = Some(upkeep::start(&store));
        Ok(store)
    }

    /// Writes what is still in memory only and ends the connections. Other clones are unusable afterwards.
    ///
    /// # Errors
    /// When entries of the trail, last-seen times or uses of tokens cannot be written; the connections are ended all the
    /// same.
    pub async fn close(&self) -> Result<(), StoreError> {
        let upkeep = locked(&self.upkeep).take();
        if let Some(upkeep) = upkeep {
            upkeep.end().await;
        }
        locked(&self.listening).drain(..).for_each(|task| task.abort());
        let flushed = [self.flush_trail().await, self.flush_last_seen().await, self.flush_token_uses().await];
        self.db.close().await;
        flushed.into_iter().collect()
    }

    /// Takes the addresses of this machine for clients as any others, each for one of its own: a sandbox has no others.
    pub fn take_this_machine_for_clients(&self) {
        self.machine.take_for_clients();
    }

    /// How many SQL statements were sent so far (without `BEGIN` and `COMMIT`): tests prove with it that a hot
    /// request sends none.
    #[must_use]
    pub fn queries(&self) -> u64 {
        self.db.statements()
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.0
    }

    pub(crate) fn from_inner(inner: Arc<Inner>) -> Store {
        Store(inner)
    }
}

impl Inner {
    /// Opens a writing transaction for what the server does of itself.
    pub(crate) async fn write_of_itself(&self) -> Result<Write<'_>, StoreError> {
        Write::begin(self, &self.own).await
    }

    pub(crate) fn own(&self) -> &By {
        &self.own
    }

    /// The keyed digest of a text.
    pub(crate) fn digest(&self, purpose: Purpose, text: &str) -> Digest {
        self.keyring.digest(purpose, text.as_bytes())
    }

    /// The digests that a record may have which outlives a rotation of the key, the likeliest first.
    pub(crate) fn digests(&self, purpose: Purpose, text: &str) -> Vec<Digest> {
        self.keyring.digests(purpose, text.as_bytes()).collect()
    }

    /// The time now, in whole seconds as records keep it.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.clock.now().seconds())
    }

    /// A new identity.
    pub(crate) fn new_id(&self) -> i64 {
        random::id(&*self.entropy)
    }
}
