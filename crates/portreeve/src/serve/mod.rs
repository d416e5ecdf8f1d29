//! The server of an installation: `portreeve serve`.
//!
//! Its start has two halves. [`Start::prepare`] is all that may need root, and the end of root; no thread exists
//! before it is done. [`Start::serve`] is everything else.

mod certificates;
mod notify;
mod opening;
mod ports;
mod reload;
mod request_log;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use portreeve_api::Environment;
use portreeve_config::Configuration;
use portreeve_crypt::{Cost, Hasher, SystemEntropy};
use portreeve_drivers::Drivers;
use portreeve_helper::{Spawner, Users};
use portreeve_server::cgi::{Cgi, CgiSettings, Programs};
use portreeve_server::http1::Limits;
use portreeve_server::{App, RequestIds, Settings, listener};
use portreeve_types::{Ports, SystemClock};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::configuration::{ConfigurationFile, open_store};
use crate::node::data_directory::{DataDirectory, bind_socket};
use crate::node::host_name::host_name;
use crate::node::passwd::{self, User};
use crate::node::{privileges, sweep, system_user};
use opening::Opening;
use ports::Reserved;
use reload::Reload;

/// A server that has its ports and has given up root.
pub struct Start {
    file: ConfigurationFile,
    configuration: Configuration,
    ports: Reserved,
    programs: Programs,
}

impl Start {
    /// Takes the ports and the directories, and gives up root.
    ///
    /// # Errors
    /// When something is missing or taken: a text for the person at the terminal. Nothing is half-done then that
    /// another try would not finish.
    pub fn prepare(path: Option<&Path>) -> Result<Start> {
        let (file, configuration) = ConfigurationFile::read(path)?;
        let user = system_user::to_become(&configuration.server.user)?;
        let ports = Reserved::bind(&configuration.listen)?;
        system_user::own_directory(&configuration.server.data_dir, 0o711, user.as_ref())?;
        if let Some(directory) = configuration.listen.socket.parent() {
            system_user::own_directory(directory, 0o755, user.as_ref())?;
        }
        // Before any thread: programs that keep root are started here, and nowhere else.
        let programs = programs(&configuration.cgi, user.as_ref())?;
        if let Some(user) = &user {
            privileges::become_user(user)?;
        }
        privileges::seal()?;
        Ok(Start { file, configuration, ports, programs })
    }

    /// Serves until SIGTERM or SIGINT, then until the requests at hand are answered.
    ///
    /// # Errors
    /// When the records, the keys or the certificate cannot be used, or the ports cannot be opened.
    pub async fn serve(self) -> Result<()> {
        // before all else: a signal that comes early is still heard
        let mut signals = Signals::listen()?;
        let Start { file, configuration, ports, programs } = self;
        let directory = DataDirectory::new(configuration.server.data_dir.clone());
        let _lock = directory.lock("server")?;
        directory.furnish()?;
        let environment = Arc::new(environment(&directory, &configuration).await?);
        sweep::sweep(&environment).await?;
        let certificates = certificates::load(&directory, &configuration, &environment.host_name)?;
        let (log, reopen) = request_log::open(&directory)?;
        let socket = bind_socket(&configuration.listen.socket)?;
        let app = Arc::new(App {
            environment: environment.clone(),
            settings: Settings {
                limits: Limits::default(),
                connections: configuration.limits.connections.get(),
                connections_per_address: configuration.limits.connections_per_address.get(),
                trusted_uid: None,
                trusted_networks: configuration.listen.trusted_networks.clone(),
            },
            log: log.clone(),
            cgi: Cgi::new(
                CgiSettings::below(directory.path("plugins")),
                programs,
                environment.entropy.clone(),
            ),
            request_ids: RequestIds::new(&*environment.entropy),
        });
        let (stop, stopped) = watch::channel(false);
        let local = listener::serve(app.clone(), Vec::new(), Some(socket), stopped.clone());
        let local = tokio::spawn(local);
        let opening = Opening { app, certificates: certificates.clone(), ports };
        let mut network = tokio::spawn(opening.serve(stopped));
        let reload = Reload { file, started: configuration, certificates, log: reopen };
        let ended = signals.wait(&reload, &mut network).await;
        notify::tell("STOPPING=1");
        let _ = stop.send(true);
        let served = match ended {
            Some(ended) => ended,
            None => network.await.context("serving the ports")?,
        };
        local.await.context("serving the API socket")?;
        tokio::task::spawn_blocking(move || log.flush()).await.context("writing the last lines")?;
        environment.store.close().await.context("closing the records")?;
        served
    }
}

/// The spawner of plugins' programs, which keeps root in order to become others; or why there is none.
fn programs(configuration: &portreeve_config::Cgi, server: Option<&User>) -> Result<Programs> {
    if !configuration.enabled {
        return Ok(Programs::Off("Programs are not run: the configuration says so (cgi.enabled)."));
    }
    let Some(server) = server else {
        return Ok(Programs::Off(
            "Programs are not run: root did not start this server, so it has no other user to run them as.",
        ));
    };
    let name = configuration.user.as_str();
    let unprivileged =
        passwd::user(name)?.with_context(|| format!("there is no system user {name} (cgi.user)"))?;
    ensure!(
        unprivileged.uid != server.uid && !unprivileged.uid.is_root(),
        "programs cannot run as {name}, which is root or the server's own user: name another in cgi.user"
    );
    let program = std::env::current_exe().context("finding this program")?;
    let users = Users::Switch { unprivileged: name.to_owned() };
    let spawner = Spawner::start(&program, users, server.uid.as_raw()).context("starting the spawner")?;
    Ok(Programs::By(spawner))
}

/// What functions work with.
async fn environment(directory: &DataDirectory, configuration: &Configuration) -> Result<Environment> {
    let entropy = Arc::new(SystemEntropy);
    let keyring = Arc::new(directory.keyring(&*entropy)?);
    let store = open_store(directory, configuration, keyring).await?;
    for (name, setting) in &configuration.settings {
        store.seed_setting(name, &setting.to_record()).await.context("seeding the settings")?;
    }
    let configured = configuration.server.host_name.as_ref().map(ToString::to_string);
    Ok(Environment {
        ports: Ports::new(configuration.listen.ports.open()),
        store,
        drivers: Drivers::embedded(&directory.path("home")),
        hasher: Hasher::with_cost(entropy.clone(), Cost::default())
            .context("starting the hashing threads")?,
        clock: Arc::new(SystemClock),
        entropy,
        host_name: configured.unwrap_or_else(host_name),
    })
}

/// What the server is told from outside.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> Result<Signals> {
        Ok(Signals {
            terminate: signal(SignalKind::terminate()).context("listening for SIGTERM")?,
            interrupt: signal(SignalKind::interrupt()).context("listening for SIGINT")?,
            hang_up: signal(SignalKind::hangup()).context("listening for SIGHUP")?,
        })
    }

    /// Reloads at each SIGHUP, until the server is to stop; or answers how its ports ended before that.
    async fn wait(
        &mut self,
        reload: &Reload,
        network: &mut tokio::task::JoinHandle<Result<()>>,
    ) -> Option<Result<()>> {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return None,
                _ = self.interrupt.recv() => return None,
                _ = self.hang_up.recv() => reload.again(),
                ended = &mut *network => {
                    return Some(ended.context("serving the ports").and_then(|ended| ended));
                }
            }
        }
    }
}
