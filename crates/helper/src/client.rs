//! The server's side: starts the spawner and asks it for runs.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, WaitId, WaitIdOptions, pidfd_open, waitid};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::UnixStream;

use crate::message::Run;
use crate::outcome::Outcome;
use crate::setup::Setup;
use crate::transfer;

/// The spawner, as the server knows it. It ends when this is dropped, and every run with it.
pub struct Spawner {
    socket: Option<OwnedFd>,
    process: Child,
    setup: Setup,
}

/// What a run works with.
pub struct Handles {
    /// Its standard input.
    pub stdin: OwnedFd,
    /// Its standard output.
    pub stdout: OwnedFd,
    /// Its standard error.
    pub stderr: OwnedFd,
}

/// A run that was asked for. Everything that it started is killed when this is dropped.
pub struct Running {
    control: UnixStream,
    /// What the keeper has said of the end by now.
    said: Vec<u8>,
}

/// Why a run could not be asked for.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    /// Its environment is too long.
    #[error("the environment is longer than the spawner takes")]
    TooLong,
    /// The spawner does not keep up.
    #[error("the spawner is busy")]
    Busy,
    /// There is no spawner any more, or a socket failed.
    #[error("the spawner cannot be reached: {0}")]
    Unreachable(#[from] io::Error),
}

/// How long a message waits for the spawner to take the ones before it, in steps of [`STEP`].
const PATIENCE: usize = 200;
const STEP: Duration = Duration::from_millis(5);

/// The bytes of an outcome are fewer.
const LONGEST_OUTCOME: usize = 8;

impl Spawner {
    /// Starts `PROGRAM spawner`. Its socket is its standard input: nothing has to be inherited, and its environment is
    /// empty.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn start(program: &Path, setup: &Setup) -> io::Result<Spawner> {
        let (ours, theirs) = transfer::message_pair()?;
        #[expect(clippy::disallowed_methods, reason = "this is the one place that starts the spawner")]
        let process = Command::new(program)
            .arg("spawner")
            .args(setup.arguments())
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::from(theirs))
            .stdout(Stdio::null())
            // what a terminal sends is for the server, which then ends its runs in order
            .process_group(0)
            .spawn()?;
        Ok(Spawner { socket: Some(ours), process, setup: setup.clone() })
    }

    /// What it was told when it was started.
    #[must_use]
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The number of its process.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Waits until the spawner is gone, which it should not be before this is dropped: no program runs after that.
    pub async fn gone(&self) {
        let Err(error) = self.wait().await else { return };
        tracing::error!(%error, "the spawner cannot be watched");
        std::future::pending().await
    }

    /// Whether the spawner is there.
    #[must_use]
    pub fn is_there(&self) -> bool {
        let Some(pid) = self.process.id().try_into().ok().and_then(Pid::from_raw) else { return false };
        // looks, and leaves what it sees to whoever takes leave of the process
        let ended = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        matches!(waitid(WaitId::Pid(pid), ended), Ok(None))
    }

    #[expect(unsafe_code, reason = "tokio has no safe way to watch a descriptor of any kind")]
    async fn wait(&self) -> io::Result<()> {
        let number = self.process.id().try_into().map_err(io::Error::other)?;
        let pid = Pid::from_raw(number).ok_or(io::ErrorKind::NotFound)?;
        // readable from the process's end on
        let process = pidfd_open(pid, PidfdFlags::NONBLOCK)?;
        // SAFETY: an `OwnedFd` stays open, and stays the same, for as long as the `AsyncFd` that it moves into.
        let process = unsafe { AsyncFd::register_with_interest(process, Interest::READABLE) }?;
        process.readable().await.map(drop)
    }

    /// Asks for a run.
    ///
    /// # Errors
    /// When the spawner cannot take it; nothing was started then.
    pub async fn run(&self, run: &Run, handles: &Handles) -> Result<Running, SpawnError> {
        let message = run.encode().map_err(|_| SpawnError::TooLong)?;
        let (ours, theirs) = UnixStream::pair()?;
        let theirs = theirs.into_std()?;
        theirs.set_nonblocking(false)?;
        for _ in 0..PATIENCE {
            match self.send(&message, theirs.as_fd(), handles) {
                Ok(()) => return Ok(Running { control: ours, said: Vec::new() }),
                Err(Errno::AGAIN | Errno::INTR) => tokio::time::sleep(STEP).await,
                Err(errno) => return Err(io::Error::from(errno).into()),
            }
        }
        Err(SpawnError::Busy)
    }

    fn send(
        &self,
        message: &[u8],
        control: std::os::fd::BorrowedFd<'_>,
        handles: &Handles,
    ) -> rustix::io::Result<()> {
        let Some(socket) = &self.socket else { return Err(Errno::PIPE) };
        let Handles { stdin, stdout, stderr } = handles;
        let descriptors = [control, stdin.as_fd(), stdout.as_fd(), stderr.as_fd()];
        transfer::send(socket, message, descriptors)
    }
}

impl Drop for Spawner {
    fn drop(&mut self) {
        // the end of its socket is the end of the spawner
        self.socket = None;
        if let Err(error) = self.process.wait() {
            tracing::warn!(%error, "the spawner's end could not be awaited");
        }
    }
}

impl Running {
    /// Waits until the run is over and everything that it started is gone. It may be dropped and asked for again.
    pub async fn ended(&mut self) -> Outcome {
        while self.said.len() < LONGEST_OUTCOME {
            match self.control.read_buf(&mut self.said).await {
                Ok(1..) => {}
                Ok(0) => break,
                Err(_) => return Outcome::Lost,
            }
        }
        Outcome::decode(&self.said)
    }

    /// Gives the run up: answers when everything that it started is gone.
    pub async fn give_up(&mut self) -> Outcome {
        // the keeper waits for the end of what we say, and still answers
        let _ = self.control.shutdown().await;
        self.ended().await
    }
}
