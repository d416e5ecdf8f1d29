//! A whole server in this process.

mod builder;
mod login;
mod proxies;
mod requests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use portreeve::sandbox::{AccountCredentials, Description};
use portreeve_api::Environment;
use portreeve_crypt::TotpSecret;
use portreeve_store::{Acting, Writer};
use portreeve_types::{Clock, Service, Subject, Timestamp};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::client::{Client, Endpoint, TlsTrust};
use crate::clock::ManualClock;
use crate::must::must;
use crate::postgres::Database;

pub use builder::Builder;
pub use login::{Login, Session};
pub use proxies::{NEIGHBOUR, TRUSTED_PROXY};
use requests::Requests;

/// A sandbox on free loopback ports, with a clock that the test moves. It ends when it is dropped.
pub struct TestServer {
    clock: Arc<ManualClock>,
    environment: Arc<Environment>,
    store: Writer,
    description: Description,
    proxy_ports: Vec<u16>,
    trust: TlsTrust,
    requests: Requests,
    task: JoinHandle<()>,
    database: Option<Database>,
    _directory: TempDir,
}

impl TestServer {
    /// A server with the defaults of [`Builder`].
    pub async fn start() -> TestServer {
        Builder::default().start().await
    }

    /// What can be chosen.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The time, as the server sees it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets time pass.
    pub fn pass(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// Lets so many seconds pass.
    pub fn pass_seconds(&self, seconds: u64) {
        self.pass(Duration::from_secs(seconds));
    }

    /// Sets the calendar back, as somebody at the machine can. The clock that runs goes on.
    pub fn set_back_seconds(&self, seconds: u64) {
        self.clock.set(self.now().before(Duration::from_secs(seconds)));
    }

    /// What functions work with.
    #[must_use]
    pub fn environment(&self) -> &Arc<Environment> {
        &self.environment
    }

    /// The records, in the hands of somebody at the command line.
    #[must_use]
    pub fn store(&self) -> &Writer {
        &self.store
    }

    /// Addresses and credentials.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// An account's home directory.
    #[must_use]
    pub fn home(&self, user: &str) -> PathBuf {
        Path::new(&self.description.data_dir).join("home").join(user)
    }

    /// Where plugins go.
    #[must_use]
    pub fn plugins(&self) -> &Path {
        Path::new(&self.description.plugins)
    }

    /// Sets a policy.
    pub async fn set(&self, key: &str, value: &str) {
        let set = self.store().set_setting(key, value).await;
        must(set.with_context(|| format!("setting {key}")));
    }

    /// Verifies an address for somebody, or a network of them.
    pub async fn verify_address(&self, subject: Subject, address: &str) {
        let address = must(address.parse().with_context(|| format!("{address:?} is no address")));
        let factor = must(self.store().two_factor(subject).await.context("reading a second factor"));
        let enrolment = factor.map(|factor| factor.enrolment);
        let acting = Acting { subject, password: None, enrolment, session: None };
        assert!(must(self.store().verify_address(acting, address).await.context("verifying an address")));
    }

    /// The credentials of an account.
    #[must_use]
    pub fn account(&self, user: &str) -> &AccountCredentials {
        let found = self.description.accounts.iter().find(|account| account.user == user);
        must(found.with_context(|| format!("the sandbox has no account {user}")))
    }

    /// The code of now of an account or a mailbox.
    #[must_use]
    pub fn code(&self, user: &str) -> String {
        self.code_in(user, 0)
    }

    /// The code of the step that is so many after the present one, or before it.
    #[must_use]
    pub fn code_in(&self, user: &str, steps: i64) -> String {
        let accounts = self.description.accounts.iter();
        let of_account = accounts.clone().filter(|one| one.user == user).find_map(|one| one.secret.as_ref());
        let mut mailboxes = accounts.flat_map(|account| &account.mailboxes);
        let of_mailbox = mailboxes.find(|one| one.address == user).and_then(|one| one.secret.as_ref());
        let secret = of_account.or(of_mailbox).with_context(|| format!("{user} has no second factor"));
        self.code_of(must(secret).as_str(), steps)
    }

    /// The code of a secret, so many steps from now.
    #[must_use]
    pub fn code_of(&self, secret: &str, steps: i64) -> String {
        let secret: TotpSecret = must(secret.parse().context("reading a secret"));
        secret.code_at_step(TotpSecret::step_of(self.now()).saturating_add(steps))
    }

    /// Six digits that are the code of no step near now.
    #[must_use]
    pub fn wrong_code(&self, user: &str) -> String {
        let near: Vec<String> = (-3..=3).map(|steps| self.code_in(user, steps)).collect();
        let digits = (0..).map(|digit| format!("{:06}", 111_111 + digit));
        digits.into_iter().find(|code| !near.contains(code)).unwrap_or_default()
    }

    /// A client of a service's TLS port.
    #[must_use]
    pub fn client(&self, service: Service) -> Client {
        Client::new(Endpoint::Tls(self.port(service, true), self.trust.clone()))
    }

    /// A client of a service's plain port.
    #[must_use]
    pub fn plain_client(&self, service: Service) -> Client {
        Client::new(Endpoint::Plain(self.port(service, false)))
    }

    /// A client that speaks plain HTTP to a service's TLS port.
    #[must_use]
    pub fn plain_client_of_tls_port(&self, service: Service) -> Client {
        Client::new(Endpoint::Plain(self.port(service, true)))
    }

    /// A client of the API socket.
    #[must_use]
    pub fn socket_client(&self) -> Client {
        Client::new(Endpoint::Socket(self.description.socket.clone().into()))
    }

    /// A client of the listener for health and metrics.
    #[must_use]
    pub fn monitor(&self) -> Client {
        let address = self.description.observe.as_deref();
        let number = address.and_then(|address| address.rsplit(':').next()?.parse().ok());
        Client::new(Endpoint::Plain(must(number.context("nobody can watch this server"))))
    }

    /// The database of a server on PostgreSQL.
    #[must_use]
    pub fn database(&self) -> &Database {
        must(self.database.as_ref().context("this server has no database of PostgreSQL"))
    }

    /// The number of a port.
    #[must_use]
    pub fn port(&self, service: Service, tls: bool) -> u16 {
        let addresses = self.description.services.get(service.short());
        let address = addresses.map(|both| if tls { &both.tls } else { &both.plain });
        let number = address.and_then(|address| address.rsplit(':').next()?.parse().ok());
        must(number.with_context(|| format!("{service} has no port")))
    }

    /// The request line with this id; waits until it is written.
    pub async fn line(&self, id: &str) -> String {
        must(self.requests.line(id).await)
    }

    /// Every request line so far, as they were written.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.requests.lines()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
