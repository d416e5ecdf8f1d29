//! `cargo xtask test`: everything that the tests need, and then every test.

use std::io::stdout;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::run::{cargo, has_cargo_subcommand, program, run};
use crate::steps::Steps;
use crate::{build, packages};

#[derive(Args)]
pub struct Options {
    /// Install the Debian packages that the tests need, as root
    #[arg(long)]
    install: bool,
    /// Handed to the test runner, which then runs alone: `-- -p portreeve-store` or `-- part_of_a_name`
    #[arg(last = true)]
    runner: Vec<String>,
}

/// Runs what the options ask for.
pub fn chore(options: &Options) -> Result<()> {
    let mut steps = Steps::default();
    let result = prepare_and_run(&mut steps, options);
    println!("{}", steps.table());
    result
}

fn prepare_and_run(steps: &mut Steps, options: &Options) -> Result<()> {
    steps.step("packages", || packages::ensure(options.install))?;
    // The end-to-end suite starts the `portreeve` of this target directory.
    steps.step("build", || build::everything(false))?;
    if options.runner.is_empty() {
        every_test(steps, false)
    } else {
        steps.step("tests", || runner(false, &options.runner))
    }
}

/// Runs every test there is, the long ones last. The packages must be there and the workspace built.
pub fn every_test(steps: &mut Steps, in_ci: bool) -> Result<()> {
    steps.step("perl client", || run(program("prove").args(["-I", "clients/perl/lib", "clients/perl/t"])))?;
    steps.step("php client", || run(program("php").arg("clients/php/test.php")))?;
    steps.step("doctests", || run(cargo("test --workspace --doc").args(in_ci.then_some("--locked"))))?;
    steps.step("tests", || runner(in_ci, &[]))
}

/// The Rust tests but for the examples in the documentation.
fn runner(in_ci: bool, arguments: &[String]) -> Result<()> {
    let mut command = if has_cargo_subcommand("nextest") {
        cargo("nextest run --no-fail-fast")
    } else {
        cargo("test --lib --bins --tests --no-fail-fast")
    };
    if arguments.is_empty() {
        command.arg("--workspace").args(build::PROGRAMS.split_whitespace());
    }
    if in_ci {
        // A new snapshot is a failure there, never a file.
        command.arg("--locked").env("CI", "true");
    }
    // The closing lines belong on standard output, whichever stream the runner prefers.
    run(command.args(arguments).stderr(Stdio::from(stdout()))).context("a test failed; see above")
}
