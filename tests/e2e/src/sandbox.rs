//! A sandbox: `portreeve sandbox` as a process of its own, ended by SIGTERM.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{command, portreeve};

/// A running sandbox. It ends when this is dropped, also when a test fails.
pub struct Sandbox {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    /// What it said of itself on its first line; null in the text form.
    pub description: Value,
    /// What was added to its ports.
    pub offset: u16,
    work: TempDir,
}

/// How a sandbox is started.
#[derive(Default)]
pub struct Options<'a> {
    /// Its data directory; one of the test's own when none is given.
    pub data_dir: Option<&'a Path>,
    /// Whether it takes a temporary directory of its own.
    pub without_data_dir: bool,
    /// Whether it prints text instead of JSON.
    pub text: bool,
    /// The ports; any free ones when none is given.
    pub offset: Option<u16>,
    /// A list of the system's users that it sees in the place of this machine's; only root can show it one.
    pub system_users: Option<&'a Path>,
    /// Further arguments.
    pub arguments: &'a [&'a str],
}

/// The services, by the names that the description gives them.
const PORTS: [(&str, u16); 3] = [("cpanel", 2083), ("whm", 2087), ("webmail", 2096)];

/// How long anything may take that takes no time: in steps of 50 ms.
pub(crate) const PATIENCE: usize = 600;

impl Sandbox {
    /// A new sandbox with the well-known accounts, on ports that are free.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start() -> Result<Sandbox> {
        Sandbox::with(&Options::default())
    }

    /// A sandbox that is started in a certain way.
    ///
    /// # Errors
    /// When it does not start; the text is what it said.
    pub fn with(options: &Options<'_>) -> Result<Sandbox> {
        if let Some(offset) = options.offset {
            return Sandbox::at(offset, options);
        }
        // Other tests look for ports at this moment: to try is the only way to know.
        for _ in 0..40 {
            match Sandbox::at(next_offset(), options) {
                Err(error) if error.to_string().contains(" is taken") => {}
                result => return result,
            }
        }
        bail!("no six free ports were found")
    }

    fn at(offset: u16, options: &Options<'_>) -> Result<Sandbox> {
        let work = TempDir::new().context("making a directory")?;
        let own = work.path().join("data");
        let errors = work.path().join("stderr");
        let mut starting = match options.system_users {
            None => command(portreeve()?),
            Some(users) => seeing(users)?,
        };
        starting.arg("sandbox").args(["--port-offset", &offset.to_string()]).args(options.arguments);
        if !options.without_data_dir {
            starting.arg("--data-dir").arg(options.data_dir.unwrap_or(&own));
        }
        if !options.text {
            starting.arg("--json");
        }
        starting.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&errors)?);
        let mut child = starting.spawn().context("starting the sandbox")?;
        let stdout = child.stdout.take().context("the sandbox has no standard output")?;
        let mut sandbox = Sandbox { child, lines: Arc::default(), description: Value::Null, offset, work };
        sandbox.read(stdout);
        let Some(first) = sandbox.first_line() else {
            let status = sandbox.wait()?;
            bail!("the sandbox ended with {status}: {}", fs::read_to_string(&errors)?.trim_end());
        };
        if !options.text {
            sandbox.description = serde_json::from_str(&first).context("the first line is not JSON")?;
        }
        Ok(sandbox)
    }

    /// Collects what it prints, so that it never has to wait for a reader.
    fn read(&self, stdout: ChildStdout) {
        let lines = self.lines.clone();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        });
    }

    fn first_line(&mut self) -> Option<String> {
        for _ in 0..PATIENCE {
            if let Some(line) = self.lines().into_iter().next() {
                return Some(line);
            }
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return None;
            }
            pause();
        }
        None
    }

    /// Everything that it has printed by now.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The printed lines, as soon as one of them is as wanted.
    ///
    /// # Errors
    /// When none comes.
    pub fn lines_with(&self, wanted: impl Fn(&str) -> bool) -> Result<Vec<String>> {
        for _ in 0..PATIENCE / 6 {
            let lines = self.lines();
            if lines.iter().any(|line| wanted(line)) {
                return Ok(lines);
            }
            pause();
        }
        bail!("no such line among:\n{}", self.lines().join("\n"))
    }

    /// A service's address on its TLS port: `https://127.0.0.1:2083` with the offset.
    ///
    /// # Errors
    /// When there is no such service.
    pub fn tls(&self, service: &str) -> Result<String> {
        Ok(format!("https://127.0.0.1:{}", self.port(service)?))
    }

    /// A service's TLS port.
    ///
    /// # Errors
    /// When there is no such service.
    pub fn port(&self, service: &str) -> Result<u16> {
        let port = PORTS.iter().find(|(name, _)| *name == service).map(|(_, port)| port + self.offset);
        port.with_context(|| format!("there is no service {service}"))
    }

    /// A text of the description, by its path: `/ca`, `/accounts/0/password`.
    ///
    /// # Errors
    /// When there is none.
    pub fn text(&self, path: &str) -> Result<&str> {
        let value = self.description.pointer(path).and_then(Value::as_str);
        value.with_context(|| format!("the description has no {path}"))
    }

    /// The data directory.
    ///
    /// # Errors
    /// When the sandbox did not describe itself.
    pub fn data_dir(&self) -> Result<PathBuf> {
        self.text("/data_dir").map(PathBuf::from)
    }

    /// The certificate of its authority.
    ///
    /// # Errors
    /// When the sandbox did not describe itself.
    pub fn ca(&self) -> Result<&str> {
        self.text("/ca")
    }

    /// A directory of the test's own.
    #[must_use]
    pub fn work(&self) -> &Path {
        self.work.path()
    }

    /// The number of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, and does not wait.
    ///
    /// # Errors
    /// When it has ended already.
    pub fn terminate(&self) -> Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM).context("sending SIGTERM")
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// When it does not end; it is killed then.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        for _ in 0..PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            pause();
        }
        self.child.kill()?;
        self.child.wait()?;
        Err(anyhow!("the sandbox did not end"))
    }

    /// Ends it, and says how it ended.
    ///
    /// # Errors
    /// When it does not end.
    pub fn end(mut self) -> Result<ExitStatus> {
        self.terminate()?;
        self.wait()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // it may have ended already, which is as good
        let _ = self.terminate();
        let _ = self.wait();
    }
}

/// This program in a mount namespace of its own, where a file lies over `/etc/passwd`.
pub(crate) fn seeing(users: &Path) -> Result<Command> {
    const INSIDE: &str = r#"mount --bind "$1" /etc/passwd && shift && exec "$@""#;
    let mut inside = command("unshare");
    inside.args(["--mount", "--propagation", "private", "--", "sh", "-c", INSIDE, "sh"]);
    inside.arg(users).arg(portreeve()?);
    Ok(inside)
}

/// The next offset to try: below the ports that clients are given, and between those that `portreeve` proposes.
pub(crate) fn next_offset() -> u16 {
    static TRIES: AtomicU32 = AtomicU32::new(0);
    const BLOCKS: u32 = 26 * 40;
    // spread over processes: each begins somewhere else
    let place = (std::process::id() * 7 + TRIES.fetch_add(1, Ordering::Relaxed)) % BLOCKS;
    let offset = 1000 * (1 + place / 40) + 100 + 20 * (place % 40);
    u16::try_from(offset).unwrap_or(1100)
}

pub(crate) fn pause() {
    thread::sleep(Duration::from_millis(50));
}
