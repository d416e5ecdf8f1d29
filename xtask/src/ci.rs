//! `cargo xtask ci`: everything a change must pass. Cheap failures come first.

use anyhow::Result;

use crate::generate::{self, Purpose};
use crate::run::{cargo, run};
use crate::steps::Steps;
use crate::{audit, build, dependencies, guards, imports, packages, promises, scaffold, test, timing};

/// Runs every step until one fails, and prints what each took.
pub fn chore() -> Result<()> {
    let mut steps = Steps::default();
    let result = every_step(&mut steps);
    println!("{}", steps.table());
    result
}

fn every_step(steps: &mut Steps) -> Result<()> {
    steps.step("format", || run(&mut cargo("fmt --all --check")))?;
    steps.step("guards", guards::check)?;
    steps.step("imports", imports::check)?;
    steps.step("dependencies", dependencies::check)?;
    steps.step("packages", || packages::ensure(true))?;
    steps.step("lint", || {
        let lint = format!("clippy --workspace --all-targets {} --locked -- -D warnings", build::PROGRAMS);
        run(&mut cargo(&lint))
    })?;
    steps.step("documentation", || {
        run(cargo("doc --workspace --no-deps --locked").env("RUSTDOCFLAGS", "-Dwarnings"))
    })?;
    steps.step("build", || build::everything(true))?;
    steps.step("generated", || generate::run(Purpose::Check))?;
    test::every_test(steps, true)?;
    steps.step("promises", promises::check)?;
    steps.step("timing", timing::check)?;
    steps.step("new function", scaffold::check)?;
    if audit::is_installed() {
        steps.step("audit", audit::check)?;
    } else {
        println!(
            "cargo-deny and cargo-machete are not both here: `cargo xtask audit` installs and runs them"
        );
    }
    Ok(())
}
