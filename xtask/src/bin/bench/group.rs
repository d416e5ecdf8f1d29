//! A control group: the processor time of a server and of everything that it starts, those included that it never
//! waits for. Processes enter it before they become what they are, so that nothing is missed.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::Args;

use crate::cores::stay_on;
use crate::waiting::until;

/// A control group of our own. What is left in it ends with it.
pub struct Group {
    path: PathBuf,
}

/// What a process does to enter a group.
#[derive(Args)]
pub struct Entry {
    /// The group's directory.
    #[arg(long)]
    group: PathBuf,
    /// The core to stay on.
    #[arg(long)]
    core: usize,
    /// The program to become, with its arguments.
    #[arg(last = true, required = true)]
    program: Vec<OsString>,
}

impl Group {
    /// A new group below this process's own.
    pub fn new(name: &str) -> Result<Group> {
        let path = own()?.join(format!("bench-{}-{name}", std::process::id()));
        fs::create_dir(&path)
            .context("making a control group (this takes root, and the second version of them)")?;
        Ok(Group { path })
    }

    /// A program that will run in this group and on this core.
    pub fn command(&self, core: usize, program: impl AsRef<OsStr>) -> Result<Command> {
        let mut command = Command::new(std::env::current_exe().context("finding this program")?);
        command.arg("enter").arg("--group").arg(&self.path).args(["--core", &core.to_string(), "--"]);
        command.arg(program);
        Ok(command)
    }

    /// The processor time that everything in it has taken so far.
    pub fn time(&self) -> Result<Duration> {
        let text = fs::read_to_string(self.path.join("cpu.stat")).context("reading the processor time")?;
        let micros = text.lines().find_map(|line| line.strip_prefix("usage_usec "));
        let micros =
            micros.and_then(|micros| micros.parse().ok()).context("a control group without its time")?;
        Ok(Duration::from_micros(micros))
    }

    /// MiB that the processes in it have, each page shared by those that have it.
    pub fn memory(&self) -> Result<f64> {
        let mut kib = 0_u32;
        for process in self.processes()? {
            let text =
                fs::read_to_string(format!("/proc/{process}/smaps_rollup")).context("reading the memory")?;
            let own = text.lines().find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix(" kB"));
            kib += own.context("no PSS")?.trim().parse::<u32>()?;
        }
        Ok(f64::from(kib) / 1024.0)
    }

    /// The processes in it.
    pub fn processes(&self) -> Result<Vec<u32>> {
        let text = fs::read_to_string(self.path.join("cgroup.procs")).context("reading the processes")?;
        text.lines().map(|line| line.parse().with_context(|| format!("{line} is no process"))).collect()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Nothing of ours may stay behind, however this ends; what cannot be removed is empty.
        let _ = fs::write(self.path.join("cgroup.kill"), "1");
        let _ = until("the end of a group", || Ok(fs::remove_dir(&self.path).ok()));
    }
}

impl Entry {
    /// Enters the group and becomes the program.
    pub fn enter(self) -> Result<()> {
        stay_on(self.core)?;
        fs::write(self.group.join("cgroup.procs"), "0").context("entering a control group")?;
        let (program, arguments) = self.program.split_first().context("no program")?;
        let error = Command::new(program).args(arguments).exec();
        Err(anyhow!(error).context(format!("starting {}", Path::new(program).display())))
    }
}

/// The directory of this process's own group.
fn own() -> Result<PathBuf> {
    let mounts = fs::read_to_string("/proc/self/mounts").context("reading the mounts")?;
    let mount = mounts.lines().find_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (place, kind) = (words.next()?, words.next()?);
        (kind == "cgroup2").then_some(place)
    });
    let groups = fs::read_to_string("/proc/self/cgroup").context("reading the control groups")?;
    let group = groups.lines().find_map(|line| line.strip_prefix("0::/"));
    let (Some(mount), Some(group)) = (mount, group) else {
        return Err(anyhow!("this takes control groups of the second version"));
    };
    Ok(Path::new(mount).join(group))
}
