//! From a copy of the keeper to the program: every step narrows what the process may do, and none is taken back.

use std::convert::Infallible;
use std::ffi::CString;
use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::libc;
use nix::unistd::{execve, execveat, getresgid, getresuid, setgroups, setresgid, setresuid};
use rustix::fs::Mode;
use rustix::process::{set_parent_process_death_signal, setsid, umask};
use rustix::thread::set_no_new_privs;

use crate::message::{Program, Run};
use crate::outcome::Refusal;
use crate::signals;
use crate::users::Identity;

/// Where Debian has PHP's CGI program.
pub const PHP: &str = "/usr/bin/php-cgi";

/// Becomes the program, or tells the keeper why not.
pub(crate) fn run(run: &Run, identity: &Identity, standard: &[OwnedFd; 3], failing: &OwnedFd) -> ! {
    let refusal = match become_program(run, identity, standard) {
        Ok(never) => match never {},
        Err(refusal) => refusal,
    };
    let number = u8::try_from(refusal.number()).unwrap_or_default();
    let _ = rustix::io::write(failing, &[number]);
    std::process::exit(127)
}

/// What the process that should have become the program said; none when it did, since that closed the pipe.
pub(crate) fn refusal(failed: &OwnedFd) -> Option<Refusal> {
    let mut said = [0];
    match rustix::io::retry_on_intr(|| rustix::io::read(failed, &mut said)) {
        Ok(0) => None,
        Ok(_) => Refusal::from_number(said.map(i32::from).into_iter().sum()).or(Some(Refusal::System)),
        Err(_) => Some(Refusal::System),
    }
}

fn become_program(
    run: &Run,
    identity: &Identity,
    [stdin, stdout, stderr]: &[OwnedFd; 3],
) -> Result<Infallible, Refusal> {
    rustix::stdio::dup2_stdin(stdin).map_err(system)?;
    rustix::stdio::dup2_stdout(stdout).map_err(system)?;
    rustix::stdio::dup2_stderr(stderr).map_err(system)?;
    setsid().map_err(system)?;
    umask(Mode::from_raw_mode(0o077));
    run.limits.bounded().apply().map_err(system)?;
    // when the machine has no memory left, a program goes before the server; where it cannot be said, nothing is lost
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    change_user(identity)?;
    leave_the_keys();
    set_no_new_privs(true).map_err(system)?;
    // changing the user has cleared what the keeper had set for itself
    set_parent_process_death_signal(Some(rustix::process::Signal::KILL)).map_err(system)?;
    signals::restore().map_err(denied)?;
    close_the_rest()?;
    execute(run)
}

fn change_user(identity: &Identity) -> Result<(), Refusal> {
    let Identity { uid, gid, becomes } = identity;
    if *becomes {
        setgroups(&[*gid]).map_err(denied)?;
        setresgid(*gid, *gid, *gid).map_err(denied)?;
        setresuid(*uid, *uid, *uid).map_err(denied)?;
    }
    // what counts is what the kernel says now
    let (users, groups) = (getresuid().map_err(denied)?, getresgid().map_err(denied)?);
    let is_user = [users.real, users.effective, users.saved].iter().all(|one| one == uid && !one.is_root());
    let is_group = [groups.real, groups.effective, groups.saved].iter().all(|one| one == gid);
    if is_user && is_group { Ok(()) } else { Err(Refusal::User) }
}

/// A session keyring of its own: the server's would be one place for all programs of a user. Where there are no
/// keyrings there is none to share.
#[expect(unsafe_code, reason = "no safe wrapper of keyctl")]
fn leave_the_keys() {
    let unnamed = std::ptr::null::<libc::c_char>();
    // SAFETY: the call reads the name, which may be null, and touches no memory of this process.
    unsafe {
        libc::syscall(libc::SYS_keyctl, libc::c_long::from(libc::KEYCTL_JOIN_SESSION_KEYRING), unnamed)
    };
}

/// The program inherits the three standard descriptors and nothing else, whatever was forgotten before.
#[expect(unsafe_code, reason = "no safe wrapper of close_range")]
fn close_the_rest() -> Result<(), Refusal> {
    let flags = libc::CLOSE_RANGE_CLOEXEC.cast_signed();
    // SAFETY: the descriptors are only marked; nobody's is closed before the process becomes another program.
    match unsafe { libc::close_range(3, libc::c_uint::MAX, flags) } {
        0 => Ok(()),
        _ => Err(Refusal::System),
    }
}

fn execute(run: &Run) -> Result<Infallible, Refusal> {
    match &run.program {
        Program::Php(_) => {
            let php = CString::new(PHP).map_err(|_| Refusal::System)?;
            execve(&php, &[c"php-cgi"], &run.environment)
        }
        Program::File(name) => {
            let path = CString::new(format!("./{name}")).map_err(|_| Refusal::NotAFile)?;
            // a link that took the file's place since it was looked at is not followed
            execveat(AT_FDCWD, &path, &[&path], &run.environment, AtFlags::AT_SYMLINK_NOFOLLOW)
        }
    }
    .map_err(|errno| match errno {
        Errno::EACCES | Errno::ENOENT | Errno::ENOEXEC | Errno::ENOTDIR => Refusal::NotExecutable,
        Errno::ELOOP => Refusal::NotAFile,
        _ => Refusal::System,
    })
}

fn system(_: rustix::io::Errno) -> Refusal {
    Refusal::System
}

fn denied(_: Errno) -> Refusal {
    Refusal::User
}
