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

use anyhow::{Context, Result, anyhow, ensure};
use portreeve_api::Environment;
use portreeve_config::{Cgi, Configuration};
use portreeve_crypt::{Cost, Hasher, SystemEntropy};
use portreeve_drivers::Drivers;
use portreeve_helper::{SystemUser, Users};
use portreeve_server::cgi::{CgiSettings, Programs};
use portreeve_server::http1::Limits;
use portreeve_server::listener::Entrances;
use portreeve_server::{App, Settings, listener};
use portreeve_store::{Means, Origin};
use portreeve_types::{Ports, SystemClock};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::configuration::{ConfigurationFile, open_store};
use crate::node::data_directory::{self, DataDirectory, bind_socket};
use crate::node::host_name::host_name;
use crate::node::observer::Observer;
use crate::node::trail_keeper::TrailKeeper;
use crate::node::{observer, privileges, programs, proxied, sweep, system_user};
use opening::Opening;
use ports::Reserved;
use reload::Reload;

/// A server that has its ports and has given up root.
pub struct Start {
    file: ConfigurationFile,
    configuration: Configuration,
    ports: Reserved,
    proxied: proxied::Reserved,
    observer: Option<observer::Reserved>,
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
        let proxied =
            proxied::Reserved::prepare(&configuration.listen.proxied, &configuration.listen.socket)?;
        let observer = observer(&configuration, &proxied)?;
        system_user::own_directory(&configuration.server.data_dir, data_directory::MODE, user.as_ref())?;
        for directory in configuration.listen.socket.parent().into_iter().chain(proxied.directories()) {
            system_user::own_directory(directory, 0o755, user.as_ref())?;
        }
        // Before any thread: programs that keep root are started here, and nowhere else.
        let programs = programs(&configuration, user.as_ref())?;
        if let Some(user) = &user {
            privileges::become_user(user)?;
        }
        privileges::seal()?;
        Ok(Start { file, configuration, ports, proxied, observer, programs })
    }

    /// Serves until SIGTERM or SIGINT, then until the requests at hand are answered.
    ///
    /// # Errors
    /// When the records, the keys or the certificate cannot be used, or the ports cannot be opened.
    pub async fn serve(self) -> Result<()> {
        // before all else: a signal that comes early is still heard
        let mut signals = Signals::listen()?;
        let Start { file, configuration, ports, mut proxied, observer, programs } = self;
        let directory = DataDirectory::new(configuration.server.data_dir.clone());
        let _lock = directory.lock("server")?;
        directory.furnish()?;
        let environment = Arc::new(environment(&directory, &configuration).await?);
        sweep::sweep(&environment).await?;
        let keeper = TrailKeeper::begin(&directory, environment.store.clone())?;
        let certificates = certificates::load(&directory, &configuration, &environment.host_name)?;
        let (log, reopen) = request_log::open(&directory)?;
        let socket = bind_socket(&configuration.listen.socket)?;
        proxied.bind_sockets()?;
        let settings = Settings {
            limits: Limits::default(),
            connections: configuration.limits.connections.get(),
            connections_per_address: configuration.limits.connections_per_address.get(),
            trusted_uid: None,
            trusted_networks: configuration.listen.trusted_networks.clone(),
        };
        let cgi = portreeve_server::cgi::Cgi::new(
            CgiSettings::below(directory.path(data_directory::PLUGINS)),
            programs,
            environment.entropy.clone(),
        );
        let app = Arc::new(App::new(environment.clone(), settings, cgi, log.clone()));
        let (stop, stopped) = watch::channel(false);
        let local = Entrances { socket: Some(socket), ..Entrances::default() };
        let local = listener::serve(app.clone(), local, stopped.clone());
        let local = tokio::spawn(local);
        let observer = observer.map(|observer| open_to_monitors(observer, &app)).transpose()?;
        let opening = Opening { app: app.clone(), certificates: certificates.clone(), ports, proxied };
        let mut network = tokio::spawn(opening.serve(stopped));
        let reload = Reload { file, started: configuration, certificates, log: reopen };
        let ended = signals.wait(&reload, &mut network, &app.cgi).await;
        notify::tell("STOPPING=1");
        let _ = stop.send(true);
        let served = match ended {
            Ended::Ports(ended) => ended,
            Ended::Told => network.await.context("serving the ports")?,
            Ended::Spawner => {
                network.await.context("serving the ports")??;
                Err(anyhow!(
                    "the spawner of plugins' programs is gone, and root with it: this server must start anew"
                ))
            }
        };
        local.await.context("serving the API socket")?;
        if let Some(observer) = observer {
            observer.end().await?;
        }
        tokio::task::spawn_blocking(move || log.flush()).await.context("writing the last lines")?;
        keeper.end().await?;
        environment.store.close().await.context("closing the records")?;
        served
    }
}

/// The port for health and metrics, which is never one of the server's own: those are for everybody.
fn observer(
    configuration: &Configuration,
    proxied: &proxied::Reserved,
) -> Result<Option<observer::Reserved>> {
    let Some(address) = configuration.observe.listen else { return Ok(None) };
    let mut own = configuration.listen.ports.open().map(|(_, _, number)| number).chain(proxied.numbers());
    ensure!(
        !own.any(|number| number == address.port()),
        "{address} (observe.listen) is a port of the server's own: name another"
    );
    Ok(Some(observer::Reserved::bind(address)?))
}

fn open_to_monitors(observer: observer::Reserved, app: &Arc<App>) -> Result<Observer> {
    tracing::info!("health and metrics are served on {}", observer.address());
    Ok(Observer::begin(observer.open()?, app.clone()))
}

/// The spawner of plugins' programs, which keeps root in order to become others; or why there is none.
fn programs(configuration: &Configuration, server: Option<&SystemUser>) -> Result<Programs> {
    let Cgi { enabled, user, whm_user } = &configuration.cgi;
    if !enabled {
        return Ok(Programs::Off("Programs are not run: the configuration says so (cgi.enabled)."));
    }
    let Some(server) = server else {
        return Ok(Programs::Off(
            "Programs are not run: root did not start this server, so it has no other user to run them as.",
        ));
    };
    let unprivileged = program_user("cgi.user", user.as_str(), server.uid)?;
    if let Some(whm) = whm_user {
        ensure!(
            program_user("cgi.whm_user", whm.as_str(), server.uid)? != unprivileged,
            "cgi.whm_user and cgi.user are the same user: WHM's programs want one that accounts do not have"
        );
    }
    let users = Users::Switch {
        unprivileged: user.as_str().to_owned(),
        whm: whm_user.as_ref().map(|whm| whm.as_str().to_owned()),
    };
    let portreeve = std::env::current_exe().context("finding this program")?;
    programs::start(&portreeve, users, server.uid, &configuration.server.data_dir)
}

/// The number of a user that programs run as, which is nobody's with more rights.
fn program_user(field: &str, name: &str, server_uid: u32) -> Result<u32> {
    let found = SystemUser::named(name).with_context(|| format!("looking up {name} ({field})"))?;
    let found = found.with_context(|| format!("there is no system user {name} ({field})"))?;
    ensure!(
        found.uid != server_uid && found.uid != 0 && found.gid != 0,
        "programs cannot run as {name}, which is root, in root's group, or the server's own user: name another in \
         {field}"
    );
    Ok(found.uid)
}

/// What functions work with.
async fn environment(directory: &DataDirectory, configuration: &Configuration) -> Result<Environment> {
    let entropy = Arc::new(SystemEntropy);
    let keyring = Arc::new(directory.keyring(&*entropy)?);
    let node = directory.node(&*entropy)?;
    let store = open_store(directory, configuration, keyring, node).await?;
    let seeding = store.acting_for(Arc::new(Origin::of(Means::Server)));
    for (name, setting) in &configuration.settings {
        seeding.seed_setting(name, &setting.to_record()).await.context("seeding the settings")?;
    }
    let configured = configuration.server.host_name.as_ref().map(ToString::to_string);
    Ok(Environment {
        ports: Ports::new(configuration.listen.ports.open()),
        store,
        drivers: Drivers::embedded(&directory.path(data_directory::HOMES)),
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

    /// Reloads at each SIGHUP, until the server is to stop, or cannot go on.
    async fn wait(
        &mut self,
        reload: &Reload,
        network: &mut tokio::task::JoinHandle<Result<()>>,
        plugins: &portreeve_server::cgi::Cgi,
    ) -> Ended {
        let spawner_gone = plugins.programs_gone();
        tokio::pin!(spawner_gone);
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return Ended::Told,
                _ = self.interrupt.recv() => return Ended::Told,
                _ = self.hang_up.recv() => reload.again(),
                ended = &mut *network => {
                    return Ended::Ports(ended.context("serving the ports").and_then(|ended| ended));
                }
                () = &mut spawner_gone => return Ended::Spawner,
            }
        }
    }
}

/// Why the server ends.
enum Ended {
    /// Somebody said so.
    Told,
    /// Its ports did, of themselves.
    Ports(Result<()>),
    /// Nobody can start the spawner again, since root was given up: whoever started this server must start it anew.
    Spawner,
}
