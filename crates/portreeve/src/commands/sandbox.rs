//! `portreeve sandbox`: a whole server with ready-made accounts, for people who write scripts and plugins.

use std::io::{Write, stdout};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use portreeve_helper::Users;
use portreeve_server::cgi::Programs;
use portreeve_server::log::{Form, RequestLog};
use tokio::signal::unix::{SignalKind, signal};

use crate::node::runtime;
use crate::sandbox::{self, Options, Sandbox};

/// Starts a server on the six ports, with an embedded store, until it is told to stop.
#[derive(Args)]
pub struct Arguments {
    /// Keep everything in this directory; one that holds a sandbox is opened with its data. Without it all is
    /// gone when the server stops.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Begin anew in a directory that holds a sandbox.
    #[arg(long, requires = "data_dir")]
    reset: bool,
    /// Add this to each of the six port numbers.
    #[arg(long, value_name = "N", default_value_t = 0)]
    port_offset: u16,
    /// Listen on this address; beyond loopback only with --random-credentials.
    #[arg(long, value_name = "ADDR", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// Serve health and metrics on this address and port; anybody who can connect may read them.
    #[arg(long, value_name = "ADDR:PORT")]
    observe: Option<SocketAddr>,
    /// Make every password, secret and token anew.
    #[arg(long)]
    random_credentials: bool,
    /// Print addresses and credentials as one JSON object on the first line, and requests as JSON too.
    #[arg(long)]
    json: bool,
    /// Run plugins' programs although this is not root: as the sandbox's own user, who can do whatever you can.
    #[arg(long)]
    cgi: bool,
}

/// The user of programs whose account has no system user of its own.
const UNPRIVILEGED: &str = "nobody";

impl Arguments {
    pub(super) fn run(mut self) -> Result<()> {
        if !self.listen.is_loopback() && !self.random_credentials {
            bail!(
                "everybody knows the sandbox's passwords: to listen on {} as well, say --random-credentials",
                self.listen
            );
        }
        let (data_dir, _temporary) = sandbox::directory(self.data_dir.take())?;
        // before there is any thread, and before any data is in memory
        let programs = self.programs(&data_dir)?;
        runtime::of_a_server()?.block_on(self.serve(data_dir, programs))
    }

    /// Root has other users to run programs as; anybody else has to say that their own will do.
    fn programs(&self, data_dir: &Path) -> Result<Programs> {
        let users = if rustix::process::getuid().is_root() {
            Users::Switch { unprivileged: UNPRIVILEGED.to_owned(), whm: None }
        } else if self.cgi {
            Users::Own
        } else {
            return Ok(Programs::Off(
                "Programs are not run: this server is not root, so it has no other user to run them as. \
                 (A sandbox runs them as its own user with --cgi.)",
            ));
        };
        sandbox::programs(&std::env::current_exe().context("finding this program")?, users, data_dir)
    }

    async fn serve(self, data_dir: PathBuf, programs: Programs) -> Result<()> {
        let form = if self.json { Form::Json } else { Form::Text };
        let options = Options {
            data_dir: Some(data_dir),
            reset: self.reset,
            port_offset: self.port_offset,
            listen: self.listen,
            random_credentials: self.random_credentials,
            observe: self.observe,
            programs,
            ..Options::default()
        };
        // both before anything is said: a stop that comes early is still heard
        let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("listening for SIGINT")?;
        let sandbox = Sandbox::prepare(options).await?;
        let description = sandbox.description();
        if self.json {
            println!("{}", serde_json::to_string(description)?);
        } else {
            print!("{}", description.to_text());
        }
        stdout().flush().context("writing to standard output")?;
        let file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(sandbox.request_log_path());
        let file = file.context("opening the request log")?;
        let log = RequestLog::to(vec![(Form::Json, Box::new(file)), (form, Box::new(stdout()))])
            .context("starting the request log")?;
        sandbox
            .serve(log, async move {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
            })
            .await
    }
}
