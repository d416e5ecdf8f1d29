//! What one run may use.

use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};

/// The bounds of one run. Those that the kernel counts hold for each process of the run, processes for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the start to the end of everything that the run started.
    pub time: Duration,
    /// Seconds of processor time.
    pub cpu_seconds: u64,
    /// Bytes of address space.
    pub memory: u64,
    /// Bytes of any one file that it writes.
    pub file: u64,
    /// Processes of its user, in all runs together.
    pub processes: u64,
    /// Open files.
    pub open_files: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            time: Duration::from_secs(60),
            cpu_seconds: 60,
            memory: 1 << 30,
            file: 1 << 30,
            processes: 256,
            open_files: 256,
        }
    }
}

impl Limits {
    /// Puts them on the calling process, for good.
    pub(crate) fn apply(&self) -> rustix::io::Result<()> {
        for (resource, bound) in [
            (Resource::Cpu, self.cpu_seconds),
            (Resource::As, self.memory),
            (Resource::Fsize, self.file),
            (Resource::Nproc, self.processes),
            (Resource::Nofile, self.open_files),
            (Resource::Core, 0),
        ] {
            setrlimit(resource, Rlimit { current: Some(bound), maximum: Some(bound) })?;
        }
        Ok(())
    }
}
