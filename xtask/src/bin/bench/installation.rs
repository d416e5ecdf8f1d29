//! The server that is measured: `portreeve serve` as a package starts it, on loopback, in a directory of its own.

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::cores::Cores;
use crate::group::Group;
use crate::load::{Target, Trust};
use crate::waiting::until;

/// Root's password. The server is there for minutes, for this machine alone, and holds nothing.
pub const PASSWORD: &str = "a bench for 2 in the shade";

/// Whom the server, and plugins' programs, run as: users that every system has and that own nothing.
const USERS: (&str, &str) = ("nobody", "games");

/// An installation.
pub struct Installation {
    work: TempDir,
    portreeve: PathBuf,
    core: usize,
    group: Group,
    cpanel: SocketAddr,
    whm: SocketAddr,
    trust: Option<Trust>,
    /// A library that the server's process has to load.
    preloaded: Option<PathBuf>,
    running: Option<Child>,
}

impl Installation {
    /// An installation whose root has a password; nothing runs yet.
    pub fn new(
        name: &str,
        portreeve: &Path,
        cores: Cores,
        preloaded: Option<PathBuf>,
    ) -> Result<Installation> {
        let work = TempDir::new().context("making a directory")?;
        // whoever the server becomes has to pass through
        fs::set_permissions(work.path(), Permissions::from_mode(0o711))?;
        let (cpanel, whm) = (free_address()?, free_address()?);
        let installation = Installation {
            portreeve: portreeve.canonicalize().context("finding the server's program")?,
            core: cores.measured,
            group: Group::new(name)?,
            trust: None,
            preloaded,
            running: None,
            cpanel,
            whm,
            work,
        };
        let directory = installation.work.path().display();
        let (user, program_user) = USERS;
        let text = format!(
            "[server]\ndata_dir = \"{directory}/data\"\nuser = \"{user}\"\nhost_name = \"localhost\"\n\
             [listen]\naddresses = [\"127.0.0.1\"]\nsocket = \"{directory}/run/api.sock\"\n\
             [listen.ports]\ncpanel = 0\ncpanel_tls = {}\nwhm = 0\nwhm_tls = {}\nwebmail = 0\nwebmail_tls = 0\n\
             [cgi]\nuser = \"{program_user}\"\n",
            cpanel.port(),
            whm.port(),
        );
        fs::write(installation.configuration(), text).context("writing the configuration")?;
        installation.set_up()?;
        Ok(installation)
    }

    fn set_up(&self) -> Result<()> {
        let mut command = self.group.command(self.core, &self.portreeve)?;
        command.arg("setup").arg("--config").arg(self.configuration());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().context("setting up")?;
        let mut input = child.stdin.take().context("no standard input")?;
        writeln!(input, "{PASSWORD}").context("giving root a password")?;
        drop(input);
        ensure!(child.wait()?.success(), "`portreeve setup` failed");
        Ok(())
    }

    /// Starts the server and waits until it can be reached.
    pub fn start(&mut self) -> Result<()> {
        self.spawn()?;
        until("the server", || Ok(TcpStream::connect(self.cpanel).and(TcpStream::connect(self.whm)).ok()))?;
        if self.trust.is_none() {
            self.trust = Some(Trust::in_authority(&self.data().join("tls/ca.pem"))?);
        }
        Ok(())
    }

    /// Starts the server.
    pub fn spawn(&mut self) -> Result<()> {
        let mut command = self.group.command(self.core, &self.portreeve)?;
        command.arg("serve").arg("--config").arg(self.configuration());
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(File::create(self.work.path().join("stderr"))?);
        if let Some(library) = &self.preloaded {
            command.env("LD_PRELOAD", library);
        }
        self.running = Some(command.spawn().context("starting the server")?);
        Ok(())
    }

    /// Ends the server, if it runs.
    pub fn stop(&mut self) -> Result<()> {
        let Some(mut running) = self.running.take() else { return Ok(()) };
        kill_process(Pid::from_child(&running), Signal::TERM).context("ending the server")?;
        if !running.wait()?.success() {
            bail!("the server failed: {}", fs::read_to_string(self.work.path().join("stderr"))?.trim_end());
        }
        Ok(())
    }

    /// cPanel's port.
    pub fn cpanel(&self) -> Result<Target<'_>> {
        self.target(self.cpanel)
    }

    /// WHM's port.
    pub fn whm(&self) -> Result<Target<'_>> {
        self.target(self.whm)
    }

    fn target(&self, address: SocketAddr) -> Result<Target<'_>> {
        let trust = self.trust.as_ref().context("the server was never started")?;
        Ok(Target { address, trust, group: &self.group })
    }

    /// Where all its processes are.
    pub fn group(&self) -> &Group {
        &self.group
    }

    /// The server's program.
    pub fn program(&self) -> &Path {
        &self.portreeve
    }

    /// Its data directory.
    pub fn data(&self) -> PathBuf {
        self.work.path().join("data")
    }

    fn configuration(&self) -> PathBuf {
        self.work.path().join("portreeve.toml")
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        // what does not end so ends with its group
        let _ = self.stop();
    }
}

/// An address on loopback that nobody listens on.
pub fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
    Ok(listener.local_addr()?)
}
