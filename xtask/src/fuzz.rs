//! `cargo xtask fuzz`: each parser of bytes from outside, given inputs that nobody thought of, for a while.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;

use crate::run::{cargo, has_cargo_subcommand, root, run};
use crate::steps::Steps;

/// The tool, at the version that this was tried with.
const TOOL: &str = "cargo-fuzz@0.13.2";

#[derive(Args)]
pub struct Options {
    /// One target, a file of fuzz/fuzz_targets; all of them when none is named
    target: Option<String>,
    /// How long each runs
    #[arg(long, default_value_t = 600)]
    seconds: u32,
}

/// Runs the targets one after the other. One that finds something ends this with an error, and leaves the input in
/// `fuzz/artifacts`.
pub fn chore(options: &Options) -> Result<()> {
    ensure!(
        has_cargo_subcommand("fuzz"),
        "cargo-fuzz is missing: `cargo install --locked {TOOL}` installs it"
    );
    let targets = chosen(targets()?, options.target.as_deref())?;
    let mut steps = Steps::default();
    let mut targets = targets.into_iter();
    let result = targets.try_for_each(|target| steps.step(target.clone(), || fuzz(&target, options.seconds)));
    println!("{}", steps.table());
    result
}

/// The targets are the files; what several of them use is in a folder.
fn targets() -> Result<BTreeSet<String>> {
    let folder = root().join("fuzz/fuzz_targets");
    let mut targets = BTreeSet::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if let (Some("rs"), Some(name)) = (path.extension().and_then(|end| end.to_str()), path.file_stem()) {
            targets.insert(name.to_string_lossy().into_owned());
        }
    }
    Ok(targets)
}

fn chosen(targets: BTreeSet<String>, wanted: Option<&str>) -> Result<BTreeSet<String>> {
    match wanted {
        None => Ok(targets),
        Some(wanted) if targets.contains(wanted) => Ok(BTreeSet::from([wanted.to_owned()])),
        Some(wanted) => {
            let names: Vec<String> = targets.into_iter().collect();
            bail!("there is no fuzz target {wanted}; there are {}", names.join(", "))
        }
    }
}

fn fuzz(target: &str, seconds: u32) -> Result<()> {
    // what is found on the way is kept apart from the small inputs that belong to the repository
    let found = root().join("target/fuzz").join(target);
    fs::create_dir_all(&found).with_context(|| format!("cannot make {}", found.display()))?;
    let kept = root().join("fuzz/corpus").join(target);
    let mut command = cargo(&format!("fuzz run --sanitizer none {target}"));
    command.args([&found, &kept]).arg("--").arg(format!("-max_total_time={seconds}"));
    // coverage is asked of the compiler by options that are not stable yet
    run(command.env("RUSTC_BOOTSTRAP", "1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_in_the_manifest_and_has_inputs_to_begin_with() {
        let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
        let targets = targets().unwrap();
        assert!(targets.len() >= 12, "{targets:?}");
        for target in targets {
            assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target}");
            let inputs = fs::read_dir(root().join("fuzz/corpus").join(&target)).map(Iterator::count);
            assert!(inputs.is_ok_and(|inputs| (5..=60).contains(&inputs)), "{target}");
        }
    }

    #[test]
    fn an_unknown_target_is_told_the_known_ones() {
        let known = || BTreeSet::from(["http1".to_owned(), "forms".to_owned()]);
        assert_eq!(chosen(known(), None).unwrap().len(), 2);
        assert_eq!(chosen(known(), Some("forms")).unwrap().len(), 1);
        let why = chosen(known(), Some("form")).unwrap_err().to_string();
        assert_eq!(why, "there is no fuzz target form; there are forms, http1");
    }
}
