//! Giving up root, for good and provably.

use std::fs;

use anyhow::{Context, Result, bail, ensure};
use portreeve_helper::SystemUser;
use rustix::process::{DumpableBehavior, Gid, Resource, Rlimit, Uid, set_dumpable_behavior, setrlimit};
use rustix::thread::{set_no_new_privs, set_thread_groups, set_thread_res_gid, set_thread_res_uid};

/// Becomes a system user, with its groups, and checks that there is no way back.
///
/// The kernel changes the identity of one thread at a time, so this must come before any other thread exists.
pub(crate) fn become_user(user: &SystemUser) -> Result<()> {
    let (uid, gid) = (Uid::from_raw(user.uid), Gid::from_raw(user.gid));
    let groups: Vec<Gid> = user.groups.iter().copied().map(Gid::from_raw).collect();
    ensure!(uid != Uid::ROOT, "a user with the number 0 is root, whatever its name is");
    ensure!(status("Threads")? == ["1"], "root cannot be given up once there are threads");
    set_thread_groups(&groups).context("taking the user's groups")?;
    set_thread_res_gid(gid, gid, gid).context("taking the user's group")?;
    set_thread_res_uid(uid, uid, uid).context("becoming the user")?;
    check(uid, gid)
}

/// Keeps this process's memory to itself: no core dumps, no debugger of the same user, no set-user-id programs.
pub(crate) fn seal() -> Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })
        .context("refusing core dumps")?;
    set_no_new_privs(true).context("refusing set-user-id programs")?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).context("refusing debuggers")
}

/// What the kernel says of us now: real, effective, saved and file system's identity, and the capabilities.
fn check(uid: Uid, gid: Gid) -> Result<()> {
    for (name, wanted) in [("Uid", uid.as_raw()), ("Gid", gid.as_raw())] {
        let all = status(name)?;
        if all.len() != 4 || all.iter().any(|one| *one != wanted.to_string()) {
            bail!("root was not given up: {name} is {}", all.join(" "));
        }
    }
    for name in ["CapPrm", "CapEff", "CapAmb"] {
        let set = status(name)?.concat();
        ensure!(set.bytes().all(|digit| digit == b'0'), "root was not given up: {name} is {set}");
    }
    Ok(())
}

/// A line of the kernel's own account of this process.
fn status(name: &str) -> Result<Vec<String>> {
    let text = fs::read_to_string("/proc/self/status").context("reading /proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let line = line.with_context(|| format!("/proc/self/status does not tell {name}"))?;
    Ok(line.split_whitespace().map(str::to_owned).collect())
}
