//! The workloads, a file each, and the order in which they run.

mod anchor;
mod call;
mod connection;
mod login;
mod password;
mod program;
mod start;
mod token;

use anyhow::Result;
use clap::ValueEnum;

use crate::context::Bench;
use crate::options::Options;

/// What is measured. W7 is about numbers of accounts and has a place of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum Workload {
    /// An answer without a credential
    W0,
    /// A session's call
    W1,
    /// A token's call
    W2,
    /// A call with a password and a code
    W3,
    /// A login with a password and a code
    W4,
    /// A session's call on a new connection
    W5,
    /// A plugin's program
    W6,
    /// The start, memory, the program's size
    W8,
}

impl Workload {
    fn measure(self, bench: &mut Bench) -> Result<()> {
        match self {
            Workload::W0 => anchor::measure(bench),
            Workload::W1 => call::measure(bench),
            Workload::W2 => token::measure(bench),
            Workload::W3 => password::measure(bench),
            Workload::W4 => login::measure(bench),
            Workload::W5 => connection::measure(bench),
            Workload::W6 => program::measure(bench),
            Workload::W8 => start::measure(bench),
        }
    }
}

/// Measures what is asked for, prints the table and keeps it.
pub fn run(options: &Options) -> Result<()> {
    let mut wanted = options.workloads.clone();
    wanted.sort_unstable();
    wanted.dedup();
    // a part of the workloads must not take the place of all of them
    let only: String = wanted.iter().map(|workload| format!("-{workload:?}")).collect();
    if wanted.is_empty() {
        wanted = Workload::value_variants().to_vec();
    }
    let mut bench = Bench::start(options)?;
    for workload in wanted {
        eprintln!("measuring {workload:?}");
        workload.measure(&mut bench)?;
    }
    print!("{}", bench.report.table());
    println!("\nkept as {}", bench.report.keep(&only)?.display());
    Ok(())
}
