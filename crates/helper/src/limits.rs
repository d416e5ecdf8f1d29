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
    /// The same, and none beyond the usual ones, whoever asks for more.
    pub(crate) fn bounded(&self) -> Limits {
        let most = Limits::default();
        Limits {
            time: self.time.min(most.time),
            cpu_seconds: self.cpu_seconds.min(most.cpu_seconds),
            memory: self.memory.min(most.memory),
            file: self.file.min(most.file),
            processes: self.processes.min(most.processes),
            open_files: self.open_files.min(most.open_files),
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_may_have_less_than_the_usual_bounds_and_never_more() {
        let most = Limits::default();
        let less = Limits { time: Duration::from_secs(2), memory: 1 << 20, ..most.clone() };
        assert_eq!(less.bounded(), less);
        let endless = Limits {
            time: Duration::MAX,
            cpu_seconds: u64::MAX,
            memory: u64::MAX,
            file: u64::MAX,
            processes: u64::MAX,
            open_files: u64::MAX,
        };
        assert_eq!(endless.bounded(), most);
    }
}
