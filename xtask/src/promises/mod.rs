//! `cargo xtask promises`: the page that names, for each promise of Portreeve, the tests that show it; written from what
//! came of those tests.

mod outcomes;
mod page;
mod promise;

use std::fs;

use anyhow::{Context as _, Result, ensure};

use self::outcomes::Outcomes;
use self::promise::Promise;
use crate::generate::{Purpose, settle_text};
use crate::run::{cargo, has_cargo_subcommand, root, run};
use crate::{build, packages};

const PROMISES: &str = "docs/promises.tsv";
const PAGE: &str = "docs/promises.md";

/// Runs the tests that are named, and writes the page.
pub fn chore() -> Result<()> {
    packages::ensure(false)?;
    build::everything(false)?;
    let promises = promises()?;
    let filters: Vec<String> =
        promises.iter().flat_map(|promise| &promise.tests).map(|test| test.filter()).collect();
    run(cargo("nextest run --workspace --no-fail-fast").args(["-E", &filters.join(" | ")]))?;
    settle(Purpose::Write)
}

/// Fails unless every test that is named passed in the last run, and the page says so.
pub fn check() -> Result<()> {
    if has_cargo_subcommand("nextest") {
        return settle(Purpose::Check);
    }
    println!(
        "cargo-nextest is not here, which keeps what came of each test: {PAGE} was not compared with a run"
    );
    Ok(())
}

fn settle(purpose: Purpose) -> Result<()> {
    let promises = promises()?;
    let outcomes = Outcomes::of_the_last_run()?;
    let missing: Vec<String> = promises
        .iter()
        .flat_map(|promise| promise.tests.iter().map(move |test| (promise, test)))
        .filter(|(_, test)| !outcomes.passed(test))
        .map(|(promise, test)| format!("{}: {} did not pass", promise.name, test.shown()))
        .collect();
    ensure!(missing.is_empty(), "{}", missing.join("\n"));
    let again = "`cargo xtask promises`";
    settle_text(&root().join(PAGE), PAGE, &page::write(&promises), purpose, again, |_| {
        "it says something else".to_owned()
    })
}

fn promises() -> Result<Vec<Promise>> {
    let text =
        fs::read_to_string(root().join(PROMISES)).with_context(|| format!("cannot read {PROMISES}"))?;
    promise::read(&text).with_context(|| PROMISES.to_owned())
}
