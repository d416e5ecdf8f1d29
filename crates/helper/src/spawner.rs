//! The spawner's process: takes messages and makes a keeper for each run. It does nothing that a run could disturb.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use nix::sched::{CloneFlags, setns, unshare};
use nix::unistd::{ForkResult, fork};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{WaitOptions, wait};

use crate::keeper::{Descriptors, Keeper};
use crate::message::Run;
use crate::setup::Setup;
use crate::signals;
use crate::system_user::SystemUser;
use crate::transfer::Inbox;
use crate::users::Users;
use crate::wiping::give_back_memory;

/// While runs are under way, so often keepers that ended are looked for.
const SWEEP: Timespec = Timespec { tv_sec: 1, tv_nsec: 0 };

/// Serves the socket that is this process's standard input until the server is gone. Must be the only thread.
///
/// # Errors
/// When the process cannot be a spawner, or its socket breaks.
pub fn serve(setup: Setup) -> io::Result<()> {
    if std::fs::read_dir("/proc/self/task")?.count() != 1 {
        return Err(io::Error::other("the spawner must have one thread"));
    }
    signals::leave_to_the_server()?;
    let socket = std::io::stdin().as_fd().try_clone_to_owned()?;
    let nothing = open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())?;
    rustix::stdio::dup2_stdin(&nothing)?;
    drop(nothing);
    let namespace = Namespace::find(&setup.users);
    // closes with this process, however it ends: then the keepers end their runs
    let (spawner_end, lifeline) = pipe_with(PipeFlags::CLOEXEC)?;
    // what the system loads to look users up is loaded here, once, and not by each keeper for itself
    let _ = SystemUser::named("root");
    give_back_memory();
    let mut inbox = Inbox::new();
    let mut live = 0_usize;
    loop {
        live = live.saturating_sub(ended_keepers());
        if poll(&mut [PollFd::new(&socket, PollFlags::IN)], (live > 0).then_some(&SWEEP)) == Ok(0) {
            continue;
        }
        let (message, descriptors) = match inbox.receive(&socket) {
            Ok(Some(message)) => message,
            Ok(None) => break,
            Err(Errno::INTR) => continue,
            Err(errno) => return Err(errno.into()),
        };
        let (Ok(run), Some(descriptors)) = (Run::decode(&message), Descriptors::from_received(descriptors))
        else {
            tracing::error!("the server sent something that is no run");
            continue;
        };
        match namespace.fork() {
            Ok(ForkResult::Parent { .. }) => live += 1,
            Ok(ForkResult::Child) => {
                drop((socket, lifeline));
                Keeper { setup, run, descriptors, spawner_end }.keep()
            }
            Err(error) => tracing::error!(%error, "no process for a run"),
        }
    }
    // the server is gone, and its runs with it: this process is there until all of them have been cleaned up
    drop(lifeline);
    while matches!(wait(WaitOptions::empty()), Ok(_) | Err(Errno::INTR)) {}
    Ok(())
}

fn ended_keepers() -> usize {
    std::iter::from_fn(|| wait(WaitOptions::NOHANG).ok().flatten()).count()
}

/// The spawner's own process namespace, if it may make others: then each keeper is the first process of a new one,
/// and the kernel ends the others with it.
struct Namespace(Option<OwnedFd>);

impl Namespace {
    fn find(users: &Users) -> Namespace {
        if *users == Users::Own {
            return Namespace(None);
        }
        let own = open("/proc/self/ns/pid", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).ok();
        let own = own.filter(|own| renew(own).is_ok());
        if own.is_none() {
            tracing::warn!(
                "no process namespaces here: only accounts with system users of their own run programs"
            );
        }
        Namespace(own)
    }

    #[expect(unsafe_code, reason = "there is no safe fork")]
    fn fork(&self) -> nix::Result<ForkResult> {
        if let Some(own) = &self.0 {
            renew(own)?;
        }
        // SAFETY: this process has one thread (`serve` looks), so no lock is held by another one that is gone in
        // the child.
        unsafe { fork() }
    }
}

/// Sees to it that the next child begins a namespace.
fn renew(own: &OwnedFd) -> nix::Result<()> {
    setns(own, CloneFlags::CLONE_NEWPID)?;
    unshare(CloneFlags::CLONE_NEWPID)
}
