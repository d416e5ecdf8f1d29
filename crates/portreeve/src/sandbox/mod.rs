//! The sandbox: a server on this machine, with an embedded store and ready-made accounts.

mod credentials;
mod description;
mod directory;
mod fill;
mod messages;
mod ports;

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use portreeve_api::Environment;
use portreeve_config::Proxied;
use portreeve_crypt::{Cost, Entropy, Hasher, SystemEntropy};
use portreeve_drivers::Drivers;
use portreeve_helper::Users;
use portreeve_server::cgi::{Cgi, CgiSettings, Programs};
use portreeve_server::http1::Limits;
use portreeve_server::listener::{self, Certificates, Entrances, Neighbours, Port, ThisMachine};
use portreeve_server::log::RequestLog;
use portreeve_server::{App, Settings};
use portreeve_store::{Location, Store};
use portreeve_types::{Clock, Network, Ports, SystemClock};
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use credentials::{AccountCredentials, Credentials, MailboxCredentials, TokenCredentials};
pub use description::{Addresses, Description};
use directory::Directory;
pub use directory::directory;

use crate::node::host_name::host_name;
use crate::node::observer::Observer;
use crate::node::{self, certificate, data_directory, observer, proxied, sweep};

/// What can be chosen.
pub struct Options {
    /// Where everything lies; a temporary directory that goes with the sandbox when none is given.
    pub data_dir: Option<PathBuf>,
    /// Whether to begin anew in a directory that holds a sandbox.
    pub reset: bool,
    /// Added to each of the six port numbers.
    pub port_offset: u16,
    /// Whether to take any free ports instead.
    pub free_ports: bool,
    /// The address to listen on.
    pub listen: IpAddr,
    /// Whether every password, secret and token is made anew.
    pub random_credentials: bool,
    /// Where the records lie; the data directory's own SQLite file when none is given.
    pub store: Option<Location>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The cost of account passwords.
    pub cost: Cost,
    /// The bounds of one connection.
    pub limits: Limits,
    /// Connections in all.
    pub connections: usize,
    /// Connections from one address.
    pub connections_per_address: usize,
    /// The networks, beside this machine, from which the plain ports take credentials.
    pub trusted_networks: Vec<Network>,
    /// The ways in for reverse proxies, for tests.
    pub proxied: Vec<Proxied>,
    /// Who is on this machine, for tests of proxies that are not.
    pub neighbours: Arc<dyn Neighbours>,
    /// Where health and metrics are served, if anywhere.
    pub observe: Option<SocketAddr>,
    /// Whether plugins' programs are run.
    pub programs: Programs,
    /// Changes the bounds of plugins, for tests that reach them.
    pub cgi: fn(CgiSettings) -> CgiSettings,
    /// Wraps the drivers, for tests that make a step fail.
    pub drivers: fn(Drivers) -> Drivers,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            data_dir: None,
            reset: false,
            port_offset: 0,
            free_ports: false,
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            random_credentials: false,
            store: None,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            cost: Cost::default(),
            limits: Limits::default(),
            connections: 10_000,
            connections_per_address: 1_000,
            trusted_networks: Vec::new(),
            proxied: Vec::new(),
            neighbours: Arc::new(ThisMachine),
            observe: None,
            programs: Programs::Off("Programs are not run by this server."),
            cgi: |settings| settings,
            drivers: |drivers| drivers,
        }
    }
}

/// A sandbox that is bound to its ports and not yet serving.
pub struct Sandbox {
    directory: Directory,
    environment: Arc<Environment>,
    entrances: Entrances,
    proxy_ports: Vec<u16>,
    observer: Option<TcpListener>,
    description: Description,
    limits: Limits,
    connections: usize,
    connections_per_address: usize,
    trusted_networks: Vec<Network>,
    cgi: Cgi,
}

impl Sandbox {
    /// Binds the ports, opens or makes the data directory, and fills a new one with the accounts.
    ///
    /// # Errors
    /// When a port is taken or the directory cannot be used: a text for the person at the terminal.
    pub async fn prepare(options: Options) -> Result<Sandbox> {
        // the ports first: when one is taken, nothing else has been touched
        let bound = ports::bind(&options).await?;
        let observer = options.observe.map(observer::Reserved::bind).transpose()?;
        let observed_at = observer.as_ref().map(observer::Reserved::address);
        let observer = observer.map(observer::Reserved::open).transpose()?;
        let directory = Directory::open(options.data_dir.as_deref(), options.reset)?;
        let mut credentials = credentials(&directory, &options)?;
        let keyring = Arc::new(directory.data().keyring(&*options.entropy)?);
        let location =
            options.store.unwrap_or_else(|| Location::Sqlite(directory.data().path("records/store.sqlite")));
        let node = directory.data().node(&*options.entropy)?;
        let store = Store::open(&location, keyring, options.clock.clone(), options.entropy.clone(), node)
            .await
            .with_context(|| format!("opening the records in {}", directory.data().root().display()))?;
        // whoever uses a sandbox is on this machine too
        store.take_this_machine_for_clients();
        let environment = Arc::new(Environment {
            store,
            drivers: (options.drivers)(Drivers::embedded(&directory.data().path(data_directory::HOMES))),
            hasher: Hasher::with_cost(options.entropy.clone(), options.cost)
                .context("starting the hashing threads")?,
            clock: options.clock,
            entropy: options.entropy,
            host_name: host_name(),
            ports: Ports::new(bound.iter().map(|port| (port.service, port.tls, port.address.port()))),
        });
        if !credentials.filled {
            fill::fill(&environment, &credentials).await?;
            credentials.filled = true;
            directory.keep_credentials(&credentials)?;
        }
        sweep::sweep(&environment).await?;
        let certificate = certificate::make(
            directory.data(),
            "Portreeve sandbox CA",
            &environment.host_name,
            &[options.listen],
        )?;
        let tls = Certificates::new(&certificate.chain, &certificate.key)?.config();
        let api_socket = directory.data().path("api.sock");
        let mut proxied = proxied::Reserved::prepare(&options.proxied, &api_socket)?;
        proxied.bind_sockets()?;
        let proxy_ports = proxied.numbers().collect();
        let (ports_of_proxies, proxy_sockets) = proxied.open(&tls, &options.neighbours)?;
        let socket = data_directory::bind_socket(&api_socket)?;
        let description = Description::new(&directory, &bound, observed_at, credentials, &options.programs);
        let settings = (options.cgi)(CgiSettings::below(directory.data().path(data_directory::PLUGINS)));
        let cgi = Cgi::new(settings, options.programs, environment.entropy.clone());
        let ports = bound
            .into_iter()
            .map(|port| Port {
                service: port.service,
                tls: port.tls.then(|| tls.clone()),
                listener: port.listener,
            })
            .collect();
        Ok(Sandbox {
            directory,
            environment,
            entrances: Entrances {
                ports,
                socket: Some(socket),
                proxy_ports: ports_of_proxies,
                proxy_sockets,
            },
            proxy_ports,
            observer,
            description,
            limits: options.limits,
            connections: options.connections,
            connections_per_address: options.connections_per_address,
            trusted_networks: options.trusted_networks,
            cgi,
        })
    }

    /// Where it can be reached, and with what.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// The numbers of the ports for proxies, in the order in which they were asked for.
    #[must_use]
    pub fn proxy_ports(&self) -> &[u16] {
        &self.proxy_ports
    }

    /// What its functions work with.
    #[must_use]
    pub fn environment(&self) -> &Arc<Environment> {
        &self.environment
    }

    /// Where the request lines belong.
    #[must_use]
    pub fn request_log_path(&self) -> PathBuf {
        self.directory.data().path(data_directory::REQUESTS)
    }

    /// Serves until `stop` is done, then until the requests at hand are answered.
    ///
    /// # Errors
    /// When the last records cannot be written.
    pub async fn serve(self, log: RequestLog, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let (stopping, stopped) = watch::channel(false);
        let last_lines = log.clone();
        let settings = Settings {
            limits: self.limits,
            connections: self.connections,
            connections_per_address: self.connections_per_address,
            trusted_uid: Some(rustix::process::getuid().as_raw()),
            trusted_networks: self.trusted_networks,
        };
        let app = Arc::new(App::new(self.environment.clone(), settings, self.cgi, log));
        let observer = self.observer.map(|listener| Observer::begin(listener, app.clone()));
        tokio::spawn(async move {
            stop.await;
            let _ = stopping.send(true);
        });
        listener::serve(app, self.entrances, stopped).await;
        if let Some(observer) = observer {
            observer.end().await?;
        }
        tokio::task::spawn_blocking(move || last_lines.flush()).await.context("writing the last lines")?;
        self.environment.store.close().await.context("closing the records")
    }
}

/// Starts the spawner of a `portreeve` program for the sandbox of this directory, which the calling user will serve.
///
/// # Errors
/// When it cannot be started.
pub fn programs(portreeve: &Path, users: Users, data_dir: &Path) -> Result<Programs> {
    node::programs::start(portreeve, users, rustix::process::getuid().as_raw(), data_dir)
}

/// The directory's credentials, kept before anything is made for them. Those that everybody knows are never for
/// others than this machine, whoever asks.
fn credentials(directory: &Directory, options: &Options) -> Result<Credentials> {
    let root = directory.data().root().display();
    if directory.credentials().is_some_and(|known| !known.random) && options.random_credentials {
        bail!(
            "{root} holds a sandbox with the passwords that everybody knows; to make new ones, use --reset"
        );
    }
    let credentials = match directory.credentials() {
        Some(known) => known.clone(),
        None => Credentials::new(options.random_credentials, &*options.entropy),
    };
    if !credentials.random && !options.listen.is_loopback() {
        bail!("everybody knows the passwords of {root}: listening on {} takes random ones", options.listen);
    }
    if !credentials.filled {
        directory.keep_credentials(&credentials)?;
    }
    Ok(credentials)
}

/// A path below the data directory, as text for people.
fn shown(path: &Path) -> String {
    path.display().to_string()
}
