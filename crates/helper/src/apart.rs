//! What keeps runs apart: a `/proc`, temporary folders and shared memory of their own.

use std::fs::{self, DirBuilder};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use rustix::fs::{Mode, OFlags, fstat, open};
use rustix::process::{Pid, getpid, umask};

use crate::outcome::Refusal;
use crate::setup::Setup;
use crate::users::{RunAs, Users};

/// Where everybody may write: a run has its own, of this size, in memory, until it ends.
const TEMPORARY: [(&str, &str); 5] = [
    ("/tmp", "mode=1777,size=128m,nr_inodes=16k"),
    ("/var/tmp", "mode=1777,size=16m,nr_inodes=4k"),
    ("/dev/shm", "mode=1777,size=16m,nr_inodes=4k"),
    ("/run/lock", "mode=1777,size=1m,nr_inodes=1k"),
    ("/dev/mqueue", "mode=1777,size=1m,nr_inodes=1k"),
];

/// Sets the calling keeper apart and opens the plugin folder as the run will see it. A user that several accounts share
/// runs nothing where this is not possible: its programs would read each other's tickets out of `/proc`.
pub(crate) fn set(setup: &Setup, run_as: &RunAs) -> Result<OwnedFd, Refusal> {
    let switches = setup.users != Users::Own;
    let shared = switches && run_as.is_shared();
    // the first process of a namespace of its own, where the spawner may make one
    if getpid() == Pid::INIT {
        match own_view(setup, switches) {
            Ok(plugins) => return Ok(plugins),
            Err(error) => tracing::warn!(%error, "a run cannot be kept apart from others"),
        }
    }
    if shared { Err(Refusal::NotApart) } else { open_folder(&setup.plugins).map_err(|_| Refusal::NotAFile) }
}

/// Nothing that was opened before this may become a run's working directory: it would lie in the machine's mounts, and
/// `..` would lead from it to everybody's `/proc`.
fn own_view(setup: &Setup, temporary: bool) -> std::io::Result<OwnedFd> {
    let none = None::<&str>;
    unshare(CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWIPC)?;
    mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none)?;
    let narrow = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    mount(Some("proc"), "/proc", Some("proc"), narrow | MsFlags::MS_NOEXEC, none)?;
    let plugins = open_folder(&setup.plugins)?;
    if !temporary {
        return Ok(plugins);
    }
    let by_descriptor = PathBuf::from(format!("/proc/self/fd/{}", plugins.as_raw_fd()));
    let path = fs::read_link(&by_descriptor)?;
    for (folder, options) in TEMPORARY.iter().filter(|(folder, _)| Path::new(folder).is_dir()) {
        mount(Some("tmpfs"), *folder, Some("tmpfs"), narrow, Some(*options))?;
    }
    let seen = open_folder(&path);
    if seen.is_ok_and(|seen| is_same(&seen, &plugins)) {
        return Ok(plugins);
    }
    // a sandbox in a temporary folder: its plugins keep their place
    umask(Mode::from_raw_mode(0o022));
    DirBuilder::new().recursive(true).mode(0o755).create(&path)?;
    mount(Some(&by_descriptor), &path, none, MsFlags::MS_BIND, none)?;
    Ok(open_folder(&path)?)
}

fn open_folder(path: &Path) -> rustix::io::Result<OwnedFd> {
    open(path, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
}

fn is_same(one: &OwnedFd, other: &OwnedFd) -> bool {
    let number = |folder: &OwnedFd| fstat(folder).ok().map(|found| (found.st_dev, found.st_ino));
    number(one).is_some() && number(one) == number(other)
}
