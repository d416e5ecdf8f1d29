//! What the kernel says of this process.

use std::fs;
use std::time::Duration;

use rustix::param::page_size;
use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};

/// What the kernel says of this process; what it does not say is left out.
#[derive(Clone, Copy)]
pub(super) struct Process {
    /// Seconds of processors' time, of all threads.
    pub(super) cpu_seconds: Option<f64>,
    /// Bytes of address space.
    pub(super) virtual_memory: Option<u64>,
    /// Bytes of memory.
    pub(super) resident_memory: Option<u64>,
    /// Open file descriptors.
    pub(super) open_descriptors: Option<usize>,
    /// The most that there may be.
    pub(super) most_descriptors: Option<u64>,
}

impl Process {
    /// As it is now. Blocks its thread for a moment where there are many descriptors.
    pub(super) fn read() -> Process {
        let memory = fs::read_to_string("/proc/self/statm").unwrap_or_default();
        let mut pages = memory.split_ascii_whitespace().map(|pages| pages.parse::<u64>().ok());
        let mut bytes = || Some(pages.next()??.saturating_mul(page_size() as u64));
        Process {
            cpu_seconds: cpu_seconds(),
            virtual_memory: bytes(),
            resident_memory: bytes(),
            // without the one that lists them
            open_descriptors: fs::read_dir("/proc/self/fd").ok().map(|open| open.count().saturating_sub(1)),
            most_descriptors: getrlimit(Resource::Nofile).current,
        }
    }
}

fn cpu_seconds() -> Option<f64> {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Some(Duration::new(time.tv_sec.try_into().ok()?, time.tv_nsec.try_into().ok()?).as_secs_f64())
}
