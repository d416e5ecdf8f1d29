//! A store to test, on each database in turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use portreeve_crypt::{Keyring, PasswordHash, SystemEntropy};
use portreeve_store::{
    Account, Acting, ChangedBy, Location, Login, Mailbox, Means, NewAccount, NewMailbox, NewPending,
    NewSession, OpenedSession, Origin, ProvenLogin, Role, Store, Writer,
};
use portreeve_testkit::Postgres;
use portreeve_types::{Clock, LoginName, NodeName, Quota, Service, Subject, Timestamp};
use sqlx::{Connection, Executor};

/// A clock that stands until it is moved.
pub struct StandingClock(AtomicI64);

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(Ordering::SeqCst))
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::SeqCst).unsigned_abs())
    }
}

/// A store with what it was opened with.
pub struct World {
    pub store: Writer,
    pub location: Location,
    pub keyring: Arc<Keyring>,
    pub clock: Arc<StandingClock>,
}

impl World {
    /// A store at a location where there is none yet.
    pub async fn new(location: Location) -> World {
        let keyring = Arc::new(Keyring::generate(&SystemEntropy));
        let clock = Arc::new(StandingClock(AtomicI64::new(1_800_000_000)));
        let store =
            Store::open(&location, keyring.clone(), clock.clone(), Arc::new(SystemEntropy), node("here"))
                .await;
        let store = in_somebodys_hands(store.unwrap());
        World { store, location, keyring, clock }
    }

    /// Another store on the same records, as another node or a later start has it.
    pub async fn open_again(&self) -> Store {
        let (keyring, clock) = (self.keyring.clone(), self.clock.clone());
        Store::open(&self.location, keyring, clock, Arc::new(SystemEntropy), node("there")).await.unwrap()
    }

    /// Lets time pass.
    pub fn pass(&self, span: Duration) {
        self.clock.0.fetch_add(i64::try_from(span.as_secs()).unwrap(), Ordering::SeqCst);
    }

    /// Sets the clock back.
    pub fn set_back(&self, span: Duration) {
        self.clock.0.fetch_sub(i64::try_from(span.as_secs()).unwrap(), Ordering::SeqCst);
    }

    /// A plain account of this name, with a domain after it.
    pub async fn account(&self, user: &str) -> Arc<Account> {
        self.store.create_account(new_account(user)).await.unwrap()
    }

    /// A mailbox of an account.
    pub async fn mailbox(&self, account: &Account, local: &str) -> Arc<Mailbox> {
        let address = format!("{local}@{}", account.domain).parse().unwrap();
        let new = NewMailbox { account: account.id, address, password: hash("mail"), quota: Quota::mib(250) };
        self.store.add_mailbox(new).await.unwrap()
    }

    /// The enrolment of somebody's second factor.
    pub async fn enrolment(&self, subject: Subject) -> Option<i64> {
        self.store.two_factor(subject).await.unwrap().map(|factor| factor.enrolment)
    }

    /// Somebody who changes what is its own, as it is now.
    pub async fn acting(&self, subject: Subject) -> Acting<'static> {
        Acting { subject, password: None, enrolment: self.enrolment(subject).await, session: None }
    }

    /// Gives somebody another password, as an administrator does. Answers whether there is such a one.
    pub async fn new_password(&self, subject: Subject, password: &str) -> bool {
        self.store.set_password(subject, &hash(password), ChangedBy::Another).await.unwrap()
    }

    /// A session of an account.
    pub async fn session(&self, account: &Account) -> OpenedSession {
        let enrolment = self.enrolment(Subject::Account(account.id)).await;
        self.store
            .create_session(session_of(ProvenLogin { enrolment, ..proven(account) }))
            .await
            .unwrap()
            .unwrap()
    }
}

/// A node's name.
pub fn node(name: &str) -> NodeName {
    name.parse().unwrap()
}

/// A store that somebody writes to at the command line.
pub fn in_somebodys_hands(store: Store) -> Writer {
    store.acting_for(Arc::new(Origin::of(Means::Command)))
}

/// A plain account to be made.
pub fn new_account(user: &str) -> NewAccount {
    NewAccount {
        user: user.parse().unwrap(),
        owner: None,
        role: Role::User,
        domain: format!("{user}.example").parse().unwrap(),
        password: hash(user),
        email: String::new(),
        plan: "default".to_owned(),
        quota: Quota::UNLIMITED,
    }
}

/// A login of an account that has no second factor.
pub fn proven(account: &Account) -> ProvenLogin {
    let login = Login {
        subject: Subject::Account(account.id),
        account: account.id,
        possessor: None,
        name: LoginName::Account(account.user.clone()),
    };
    ProvenLogin { login, password: account.password.clone(), enrolment: None }
}

/// A login of a mailbox that has none.
pub fn proven_mailbox(account: &Account, mailbox: &Mailbox) -> ProvenLogin {
    let (subject, name) = (Subject::Mailbox(mailbox.id), LoginName::Mailbox(mailbox.address.clone()));
    let login = Login { subject, name, ..proven(account).login };
    ProvenLogin { login, password: mailbox.password.clone(), enrolment: None }
}

/// A session to be opened.
pub fn session_of(proven: ProvenLogin) -> NewSession {
    NewSession {
        proven,
        service: Service::Cpanel,
        tls: true,
        address: "192.0.2.1".parse().unwrap(),
        factor: false,
        password_strength: 65,
    }
}

/// A login that is to wait for its code.
pub fn pending_of(proven: ProvenLogin) -> NewPending {
    NewPending {
        proven,
        service: Service::Cpanel,
        tls: true,
        address: "::ffff:192.0.2.1".parse().unwrap(),
        goto: "/mail".to_owned(),
        password_strength: 65,
    }
}

/// A password's hash, as far as the store looks at it.
pub fn hash(text: &str) -> PasswordHash {
    PasswordHash::from_record(format!("$6$salt${text}"))
}

/// Runs a test on a new SQLite file and on a new PostgreSQL database.
pub async fn on_each_database(test: impl AsyncFn(World)) {
    let directory = tempfile::tempdir().unwrap();
    eprintln!("on SQLite");
    test(World::new(Location::Sqlite(directory.path().join("records.sqlite"))).await).await;
    eprintln!("on PostgreSQL");
    let database = Postgres::database().unwrap();
    test(World::new(Location::Postgres(database.url.clone())).await).await;
}

/// Runs SQL behind the store's back.
pub async fn run(location: &Location, sql: String) {
    let sql = sqlx::AssertSqlSafe(sql);
    match location {
        Location::Sqlite(path) => {
            let address = format!("sqlite://{}", path.display());
            sqlx::SqliteConnection::connect(&address)
                .await
                .unwrap()
                .execute(sqlx::raw_sql(sql))
                .await
                .unwrap();
        }
        Location::Postgres(url) => {
            sqlx::PgConnection::connect(url).await.unwrap().execute(sqlx::raw_sql(sql)).await.unwrap();
        }
    }
}
