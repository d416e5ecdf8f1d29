//! Starting a server.

use std::future::pending;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use portreeve::sandbox::{self, Options, Sandbox};
use portreeve_crypt::Cost;
use portreeve_helper::Users;
use portreeve_server::cgi::{CgiSettings, Programs};
use portreeve_server::log::{Form, RequestLog};
use portreeve_store::{Location, Means, Origin};

use super::requests::Requests;
use super::{TestServer, proxies};
use crate::client::TlsTrust;
use crate::clock::ManualClock;
use crate::must::must;
use crate::postgres::Postgres;

/// What can be chosen of a server: SQLite and the usual bounds unless something else is said.
#[derive(Default)]
pub struct Builder {
    postgres: bool,
    connections: Option<usize>,
    connections_per_address: Option<usize>,
    proxies: bool,
    spawner: Option<PathBuf>,
    below: Option<PathBuf>,
    cgi: Option<fn(CgiSettings) -> CgiSettings>,
}

/// The least that Argon2id takes: tests ask whether a password is right, not how long finding out takes.
const CHEAP: Cost = Cost { memory_kib: 64, passes: 1 };

impl Builder {
    /// Keeps the records in a PostgreSQL database of its own.
    #[must_use]
    pub fn on_postgres(mut self) -> Builder {
        self.postgres = true;
        self
    }

    /// Connections in all.
    #[must_use]
    pub fn connections(mut self, most: usize) -> Builder {
        self.connections = Some(most);
        self
    }

    /// Connections from one address.
    #[must_use]
    pub fn connections_per_address(mut self, most: usize) -> Builder {
        self.connections_per_address = Some(most);
        self
    }

    /// Lets proxies in (see [`TestServer::proxy_on_socket`] and [`TestServer::proxy_on_port`]).
    #[must_use]
    pub fn behind_proxies(mut self) -> Builder {
        self.proxies = true;
        self
    }

    /// Runs plugins' programs, by this `portreeve` program's spawner: as `nobody` where the tests are root's, else as
    /// their own user.
    #[must_use]
    pub fn programs(mut self, portreeve: &str) -> Builder {
        self.spawner = Some(portreeve.into());
        self
    }

    /// Keeps everything in a directory of its own below this one: programs have temporary folders of their own, where
    /// they could not see it.
    #[must_use]
    pub fn below(mut self, directory: &str) -> Builder {
        self.below = Some(directory.into());
        self
    }

    /// Changes the bounds of plugins.
    #[must_use]
    pub fn cgi(mut self, change: fn(CgiSettings) -> CgiSettings) -> Builder {
        self.cgi = Some(change);
        self
    }

    fn start_spawner(&self, data_dir: &Path) -> anyhow::Result<Programs> {
        let Some(portreeve) = &self.spawner else { return Ok(Options::default().programs) };
        let users = if rustix::process::getuid().is_root() {
            Users::Switch { unprivileged: "nobody".to_owned(), whm: Some("games".to_owned()) }
        } else {
            Users::Own
        };
        sandbox::programs(portreeve, users, data_dir)
    }

    /// Starts it.
    pub async fn start(self) -> TestServer {
        must(self.try_start().await)
    }

    async fn try_start(self) -> anyhow::Result<TestServer> {
        let database = if self.postgres { Some(Postgres::database()?) } else { None };
        let clock = Arc::new(ManualClock::at(ManualClock::START));
        let mut directory = tempfile::Builder::new();
        directory.prefix("portreeve-");
        let directory = match &self.below {
            Some(below) => directory.tempdir_in(below),
            None => directory.tempdir(),
        };
        let directory = directory.context("making a directory")?;
        let programs = self.start_spawner(directory.path())?;
        let defaults = Options::default();
        let proxied = if self.proxies { proxies::entrances(directory.path())? } else { Vec::new() };
        let sandbox = Sandbox::prepare(Options {
            data_dir: Some(directory.path().to_owned()),
            free_ports: true,
            clock: clock.clone(),
            cost: CHEAP,
            store: database.as_ref().map(|database| Location::Postgres(database.url.clone())),
            connections: self.connections.unwrap_or(defaults.connections),
            connections_per_address: self.connections_per_address.unwrap_or(defaults.connections_per_address),
            programs,
            proxied,
            neighbours: Arc::new(proxies::AllButTheProxy),
            observe: Some((Ipv4Addr::LOCALHOST, 0).into()),
            cgi: self.cgi.unwrap_or(defaults.cgi),
            ..defaults
        })
        .await
        .context("starting a sandbox")?;
        let requests = Requests::default();
        let log = RequestLog::to(vec![(Form::Json, Box::new(requests.clone()))])?;
        let proxy_ports = sandbox.proxy_ports().to_vec();
        let (environment, description) = (sandbox.environment().clone(), sandbox.description().clone());
        let trust = TlsTrust::in_authority(description.ca.as_ref())?;
        let task = tokio::spawn(async move { must(sandbox.serve(log, pending()).await) });
        let store = environment.store.acting_for(Arc::new(Origin::of(Means::Command)));
        Ok(TestServer {
            clock,
            store,
            environment,
            description,
            proxy_ports,
            trust,
            requests,
            task,
            database,
            _directory: directory,
        })
    }
}
