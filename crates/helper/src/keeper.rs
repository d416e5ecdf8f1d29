//! The keeper of one run: starts the program, waits, and leaves nothing of it.

use std::os::fd::OwnedFd;

use nix::unistd::{ForkResult, fork};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{SendFlags, send};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{
    Pid, PidfdFlags, WaitOptions, WaitStatus, fchdir, getpid, pidfd_open, set_child_subreaper, waitpid,
};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, timerfd_create, timerfd_settime,
};

use crate::message::Run;
use crate::outcome::{Outcome, Refusal};
use crate::ownership::Owners;
use crate::setup::Setup;
use crate::users::RunAs;
use crate::{apart, end, program};

/// What came with a run.
pub(crate) struct Descriptors {
    /// Its end is the server's word that the run is given up; the outcome goes the other way.
    pub(crate) control: OwnedFd,
    pub(crate) standard: [OwnedFd; 3],
}

impl Descriptors {
    pub(crate) fn from_received(received: Vec<OwnedFd>) -> Option<Descriptors> {
        let [control, stdin, stdout, stderr] = received.try_into().ok()?;
        Some(Descriptors { control, standard: [stdin, stdout, stderr] })
    }
}

/// One run and who keeps it.
pub(crate) struct Keeper {
    pub(crate) setup: Setup,
    pub(crate) run: Run,
    pub(crate) descriptors: Descriptors,
    /// Its end is the spawner's.
    pub(crate) spawner_end: OwnedFd,
}

/// Why the wait for a program is over.
enum Over {
    Ended,
    TimedOut,
    GivenUp,
}

impl Keeper {
    /// Keeps the run to its end, which is this process's end too.
    pub(crate) fn keep(self) -> ! {
        let control = self.descriptors.control.try_clone();
        let outcome = self.run_to_its_end().unwrap_or_else(Outcome::Refused);
        end::everything();
        if let Ok(control) = control {
            // nobody listens when the run was given up
            let _ = send(&control, &outcome.encode(), SendFlags::NOSIGNAL);
        }
        std::process::exit(0)
    }

    fn run_to_its_end(self) -> Result<Outcome, Refusal> {
        let Keeper { setup, run, descriptors: Descriptors { control, standard }, spawner_end } = self;
        set_child_subreaper(Some(getpid())).map_err(system)?;
        let clock = timer(&run)?;
        let identity = setup.identity(&run.run_as)?;
        let account = matches!(run.run_as, RunAs::Account(_)).then(|| identity.uid.as_raw());
        let owners = Owners { server: setup.server_uid, account };
        let plugins = apart::set(&setup, &run.run_as)?;
        fchdir(owners.find(plugins, &run.folder, run.program.name())?).map_err(system)?;

        let (failed, failing) = pipe_with(PipeFlags::CLOEXEC).map_err(system)?;
        let child = match fork_once().map_err(|_| Refusal::System)? {
            ForkResult::Child => {
                drop((control, failed));
                program::run(&run, &identity, &standard, &failing)
            }
            ForkResult::Parent { child } => Pid::from_raw(child.as_raw()).ok_or(Refusal::System)?,
        };
        drop((failing, standard));
        let process = pidfd_open(child, PidfdFlags::empty()).map_err(system)?;
        // the file may lie where its execution hangs: on a network that is gone, on a file system of the account's own
        match wait_for(&failed, &clock, [&control, &spawner_end])? {
            Over::TimedOut => return Ok(Outcome::TimedOut),
            Over::GivenUp => return Ok(Outcome::Lost),
            Over::Ended => program::refusal(&failed).map_or(Ok(()), Err)?,
        }
        Ok(match wait_for(&process, &clock, [&control, &spawner_end])? {
            Over::TimedOut => Outcome::TimedOut,
            Over::GivenUp => Outcome::Lost,
            Over::Ended => match waitpid(Some(child), WaitOptions::empty()).map_err(system)? {
                Some((_, status)) => ended(status),
                None => Outcome::Lost,
            },
        })
    }
}

/// When the program's time is up.
fn timer(run: &Run) -> Result<OwnedFd, Refusal> {
    let clock = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::CLOEXEC).map_err(system)?;
    let time = run.limits.bounded().time;
    let it_value = Timespec {
        tv_sec: i64::try_from(time.as_secs()).map_err(|_| Refusal::System)?,
        tv_nsec: time.subsec_nanos().max(1).into(),
    };
    let it_interval = Timespec { tv_sec: 0, tv_nsec: 0 };
    let once = Itimerspec { it_interval, it_value };
    timerfd_settime(&clock, TimerfdTimerFlags::empty(), &once).map_err(system)?;
    Ok(clock)
}

/// Waits for the end of something, of the time, of the server's interest or of the spawner.
fn wait_for(
    something: &OwnedFd,
    clock: &OwnedFd,
    [control, spawner_end]: [&OwnedFd; 2],
) -> Result<Over, Refusal> {
    loop {
        let all = [something, clock, control, spawner_end];
        let mut watched = all.map(|descriptor| PollFd::new(descriptor, PollFlags::IN));
        match poll(&mut watched, None) {
            Ok(_) => {}
            Err(Errno::INTR) => continue,
            Err(errno) => return Err(system(errno)),
        }
        let [ended, late, given_up, orphaned] = watched.map(|descriptor| !descriptor.revents().is_empty());
        match (ended, late, given_up || orphaned) {
            (true, ..) => return Ok(Over::Ended),
            (_, true, _) => return Ok(Over::TimedOut),
            (.., true) => return Ok(Over::GivenUp),
            _ => {}
        }
    }
}

fn ended(status: WaitStatus) -> Outcome {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(status), _) => Outcome::Exited(status),
        (None, Some(signal)) => Outcome::Killed(signal),
        (None, None) => Outcome::Lost,
    }
}

#[expect(unsafe_code, reason = "there is no safe fork")]
fn fork_once() -> nix::Result<ForkResult> {
    // SAFETY: the keeper is a copy of the spawner's only thread and starts none.
    unsafe { fork() }
}

fn system(errno: Errno) -> Refusal {
    tracing::error!(%errno, "a run could not be prepared");
    Refusal::System
}
