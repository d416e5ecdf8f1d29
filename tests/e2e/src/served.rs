//! An installation: `portreeve serve` with a configuration of the test's own, and the commands beside it.

use std::fs::{self, File, Permissions};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;

use crate::curl::{Answer, curl_trusting};
use crate::program::{command, portreeve};
use crate::sandbox::{PATIENCE, next_offset, pause, seeing};

/// Whom the server runs as: a user that every system has and that owns nothing.
pub const USER: &str = "nobody";

/// Whom plugins' programs run as: another one of that kind.
pub const PROGRAM_USER: &str = "games";

/// The address that the server listens on once root has a password.
pub const PUBLIC: &str = "127.0.0.9";

/// An installation in a directory of its own.
pub struct Installation {
    work: TempDir,
    /// What was added to its ports.
    pub offset: u16,
    /// Whether everything is started by an ordinary user, [`USER`], from the beginning.
    ordinary: bool,
    notify: Option<PathBuf>,
    /// The system's list of users, where a test has its own.
    passwd: Option<PathBuf>,
}

/// A running server. It ends when this is dropped, also when a test fails.
pub struct Served {
    child: Child,
    log: PathBuf,
}

/// What a command printed and how it ended.
pub struct Said {
    /// How it ended.
    pub status: ExitStatus,
    /// Both outputs.
    pub text: String,
}

impl Installation {
    /// An installation that nothing was started in yet, with these lines in its configuration beside its own.
    ///
    /// # Errors
    /// When its files cannot be written.
    pub fn new(ordinary: bool) -> Result<Installation> {
        let work = TempDir::new().context("making a directory")?;
        // whoever the server becomes has to pass through
        fs::set_permissions(work.path(), Permissions::from_mode(0o711))?;
        let installation =
            Installation { work, offset: free_offset()?, ordinary, notify: None, passwd: None };
        if ordinary && geteuid().is_root() {
            let status = command("chown").arg(USER).arg(installation.work()).status().context("chown")?;
            ensure!(status.success(), "the directory could not be given to {USER}");
        }
        installation.configure("")?;
        Ok(installation)
    }

    /// Writes the configuration, with these lines after its own.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn configure(&self, more: &str) -> Result<()> {
        let work = self.work().display();
        let ports: String = [
            ("cpanel", 2082),
            ("cpanel_tls", 2083),
            ("whm", 2086),
            ("whm_tls", 2087),
            ("webmail", 2095),
            ("webmail_tls", 2096),
        ]
        .iter()
        .map(|(name, port)| format!("{name} = {}\n", port + self.offset))
        .collect();
        let text = format!(
            "[server]\ndata_dir = \"{work}/data\"\nuser = \"{USER}\"\n\
             [listen]\naddresses = [\"{PUBLIC}\"]\nsocket = \"{work}/run/api.sock\"\n[listen.ports]\n{ports}\n\
             [cgi]\nuser = \"{PROGRAM_USER}\"\n{more}"
        );
        fs::write(self.configuration(), text).context("writing the configuration")
    }

    /// Has the server tell a service manager on this socket.
    pub fn notify(&mut self, socket: &Path) {
        self.notify = Some(socket.to_owned());
    }

    /// Has the server see these system users too, as lines of /etc/passwd. Takes root.
    ///
    /// # Errors
    /// When their list cannot be written.
    pub fn system_users(&mut self, lines: &str) -> Result<()> {
        let path = self.work().join("passwd");
        let known = fs::read_to_string("/etc/passwd").context("reading /etc/passwd")?;
        fs::write(&path, format!("{known}{lines}\n")).context("writing a list of users")?;
        self.passwd = Some(path);
        Ok(())
    }

    /// A directory of the test's own, which others may pass through.
    #[must_use]
    pub fn work(&self) -> &Path {
        self.work.path()
    }

    /// The data directory.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.work().join("data")
    }

    /// The configuration.
    #[must_use]
    pub fn configuration(&self) -> PathBuf {
        self.work().join("portreeve.toml")
    }

    /// The certificate of its authority.
    #[must_use]
    pub fn ca(&self) -> PathBuf {
        self.data().join("tls/ca.pem")
    }

    /// Starts the server and waits until it says that it listens.
    ///
    /// # Errors
    /// When it does not start; the text is what it said.
    pub fn serve(&self) -> Result<Served> {
        let log = self.work().join("stderr");
        let mut program = self.program()?;
        program.arg("serve").arg("--config").arg(self.configuration());
        program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&log)?);
        if let Some(socket) = &self.notify {
            program.env("NOTIFY_SOCKET", socket);
        }
        let mut served = Served { child: program.spawn().context("starting the server")?, log };
        for _ in 0..PATIENCE {
            if served.said()?.contains("listening on ") {
                return Ok(served);
            }
            if let Some(status) = served.child.try_wait()? {
                bail!("the server ended with {status}: {}", served.said()?.trim_end());
            }
            pause();
        }
        bail!("the server does not say that it listens: {}", served.said()?)
    }

    /// Runs a command of this installation with this standard input.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run(&self, arguments: &[&str], input: &str) -> Result<Said> {
        let mut program = self.program()?;
        program.args(arguments).arg("--config").arg(self.configuration());
        let mut child =
            program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        // one that ends without reading has its reasons, which it says
        let _ = child.stdin.take().context("no standard input")?.write_all(input.as_bytes());
        let output = child.wait_with_output()?;
        let text = [output.stdout, output.stderr].concat();
        Ok(Said { status: output.status, text: String::from_utf8_lossy(&text).into_owned() })
    }

    /// Gives root a password.
    ///
    /// # Errors
    /// When that fails.
    pub fn set_up(&self, password: &str) -> Result<()> {
        let said = self.run(&["setup"], &format!("{password}\n"))?;
        ensure!(said.status.success(), "{}", said.text);
        Ok(())
    }

    fn program(&self) -> Result<std::process::Command> {
        if let Some(passwd) = &self.passwd {
            return seeing(passwd);
        }
        if !self.ordinary || !geteuid().is_root() {
            return Ok(command(portreeve()?));
        }
        let mut program = command("setpriv");
        program.args(["--reuid", USER, "--regid", "nogroup", "--clear-groups", "--"]).arg(portreeve()?);
        Ok(program)
    }

    /// Whether somebody listens on WHM's plain port at this address.
    #[must_use]
    pub fn listens_on(&self, address: &str) -> bool {
        TcpStream::connect((address, 2086 + self.offset)).is_ok()
    }

    /// Whether nobody listens on WHM's plain port of this address any more: ports are closed beside what the server does
    /// next.
    pub fn stops_listening_on(&self, address: &str) -> bool {
        for _ in 0..PATIENCE / 6 {
            if !self.listens_on(address) {
                return true;
            }
            pause();
        }
        false
    }

    /// A call of a WHM function as root.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn whm(&self, password: &str, call: &str) -> Result<Answer> {
        self.ask(password, &format!("/json-api/{call}"))
    }

    /// What root is answered on WHM's port.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn ask(&self, password: &str, path: &str) -> Result<Answer> {
        self.ask_as("root", password, 2087, path)
    }

    /// What a user is answered on a port with TLS.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn ask_as(&self, user: &str, password: &str, port: u16, path: &str) -> Result<Answer> {
        let url = format!("https://localhost:{}{path}", port + self.offset);
        let (credentials, place) = (format!("{user}:{password}"), format!("::{PUBLIC}:"));
        curl_trusting(&self.ca(), &["--user", &credentials, "--connect-to", &place, &url])
    }
}

impl Served {
    /// What it has said in its log by now.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn said(&self) -> Result<String> {
        let mut text = String::new();
        File::open(&self.log)?.read_to_string(&mut text)?;
        Ok(text)
    }

    /// Waits until it has said this, so many times.
    ///
    /// # Errors
    /// When it does not.
    pub fn says(&self, wanted: &str, times: usize) -> Result<()> {
        for _ in 0..PATIENCE / 6 {
            if self.said()?.matches(wanted).count() >= times {
                return Ok(());
            }
            pause();
        }
        bail!("the server did not say “{wanted}”: {}", self.said()?)
    }

    /// The process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal.
    ///
    /// # Errors
    /// When the server has ended.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        kill_process(Pid::from_child(&self.child), signal).context("sending a signal")
    }

    /// Ends it, and says how it ended.
    ///
    /// # Errors
    /// When it does not end.
    pub fn end(mut self) -> Result<ExitStatus> {
        self.signal(Signal::TERM)?;
        self.wait()
    }

    /// Waits until it ends by itself, and says how it ended.
    ///
    /// # Errors
    /// When it does not end.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        for _ in 0..PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            pause();
        }
        self.child.kill()?;
        self.child.wait()?;
        bail!("the server did not end")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // it may have ended already, which is as good
        let _ = self.signal(Signal::TERM);
        let _ = self.wait();
    }
}

/// An offset at which nobody listens, on loopback and on [`PUBLIC`].
fn free_offset() -> Result<u16> {
    let is_free = |offset: &u16| {
        let ports = [2082, 2083, 2086, 2087, 2095, 2096].map(|port| port + offset);
        ports
            .iter()
            .all(|port| ["127.0.0.1", PUBLIC].iter().all(|ip| TcpListener::bind((*ip, *port)).is_ok()))
    };
    std::iter::repeat_with(next_offset).take(40).find(is_free).context("no six free ports were found")
}
