//! `cargo xtask timing`: whether the time that an answer takes tells anything about a secret.
//!
//! The measuring is a program of its own, `timing`, since the chores must run while the product does not compile. What
//! it measures, and how, stands there. It is a command for people: a busy machine must not fail a change.

use anyhow::Result;
use clap::Args;

use crate::build;
use crate::run::{cargo, program, run};

#[derive(Args)]
pub struct Options {
    /// Samples of each comparison, and of each login at a small cost
    #[arg(long, default_value_t = 100_000)]
    samples: usize,
    /// Samples of each login at the production cost
    #[arg(long, default_value_t = 2_000)]
    slow_samples: usize,
    /// Measure an optimised build, as people run it
    #[arg(long)]
    release: bool,
    /// Print the figures and judge none
    #[arg(long)]
    no_verdict: bool,
}

/// Builds the program and runs it.
pub fn chore(options: &Options) -> Result<()> {
    let profile = if options.release { "release" } else { "debug" };
    run(cargo("build --quiet --workspace --features xtask/describe --bin timing")
        .args(options.release.then_some("--release")))?;
    let mut timing = program(build::target_directory()?.join(profile).join("timing"));
    timing.args([options.samples, options.slow_samples].map(|number| number.to_string()));
    run(timing.args(options.no_verdict.then_some("--no-verdict")))
}

/// Runs it with a few samples, only to see that it runs.
pub fn check() -> Result<()> {
    chore(&Options { samples: 60, slow_samples: 4, release: false, no_verdict: true })
}
