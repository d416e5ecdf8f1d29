//! `cargo xtask audit`: licences, duplicates, sources, known vulnerabilities, unused dependencies.

use anyhow::Result;

use crate::run::{cargo, has_cargo_subcommand, run, succeeds};
use crate::steps::Steps;

/// The tools, at the versions their configuration is written for.
const TOOLS: &[(&str, &str)] = &[("deny", "cargo-deny@0.20.2"), ("machete", "cargo-machete@0.9.2")];

/// Installs what is missing and runs the audit.
pub fn chore() -> Result<()> {
    let mut steps = Steps::default();
    for (subcommand, package) in TOOLS {
        if !has_cargo_subcommand(subcommand) {
            steps.step("install", || run(cargo("install --locked").arg(package)))?;
        }
    }
    steps.step("audit", check)?;
    println!("{}", steps.table());
    Ok(())
}

/// Whether every tool is here.
pub fn is_installed() -> bool {
    TOOLS.iter().all(|(subcommand, _)| has_cargo_subcommand(subcommand))
}

/// Runs the audit with the tools that are here.
pub fn check() -> Result<()> {
    run(&mut cargo("deny --workspace check bans licenses sources"))?;
    advisories()?;
    run(&mut cargo("machete"))
}

/// Advisories come from a repository on another host, which a machine may be unable to reach. Then the audit says so
/// and goes on; an advisory that was found fails it.
fn advisories() -> Result<()> {
    if succeeds(&mut cargo("deny fetch db")) {
        run(&mut cargo("deny --workspace check --disable-fetch advisories"))
    } else {
        println!("the advisory database is out of reach: advisories were NOT checked");
        Ok(())
    }
}
