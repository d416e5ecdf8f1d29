//! The two cores: one for what is measured, one for the load.

use anyhow::{Context, Result, bail};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The numbers of two cores.
#[derive(Clone, Copy)]
pub struct Cores {
    /// Where servers and their programs run.
    pub measured: usize,
    /// Where the load is made.
    pub load: usize,
    /// How many there are.
    pub count: usize,
}

impl Cores {
    /// The first and the last core that this process may use.
    pub fn find() -> Result<Cores> {
        let allowed = sched_getaffinity(None).context("asking for the cores")?;
        let numbers: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core)).collect();
        let [measured, .., load] = *numbers else {
            bail!("this takes two cores: one for the server, one for the load");
        };
        Ok(Cores { measured, load, count: numbers.len() })
    }
}

/// Keeps this thread, and what it starts from now on, on one core.
pub fn stay_on(core: usize) -> Result<()> {
    let mut one = CpuSet::new();
    one.set(core);
    sched_setaffinity(None, &one).with_context(|| format!("moving to core {core}"))
}
