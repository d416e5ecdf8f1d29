//! Whether every third-party dependency has its line in the decision about dependencies, and no other has one.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result, bail};
use cargo_metadata::MetadataCommand;

use crate::run::root;

const DECISION: &str = "docs/decisions/0006-dependencies.md";

/// Compares the manifests with the decision.
pub fn check() -> Result<()> {
    let used = third_party()?;
    let text =
        fs::read_to_string(root().join(DECISION)).with_context(|| format!("cannot read {DECISION}"))?;
    let complaints = differences(&used, &named_in(&text));
    if complaints.is_empty() {
        println!("{} third-party dependencies have a line in {DECISION}", used.len());
        return Ok(());
    }
    bail!("{}", complaints.join("\n"))
}

/// The direct dependencies of our crates, of every kind, that are not ours.
fn third_party() -> Result<BTreeSet<String>> {
    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec()?;
    let all = metadata.packages.into_iter().flat_map(|package| package.dependencies);
    Ok(all.filter(|dependency| dependency.path.is_none()).map(|dependency| dependency.name).collect())
}

/// The names in the first column of the table.
fn named_in(text: &str) -> BTreeSet<String> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split_once('`')).map(|(name, _)| name.to_owned()).collect()
}

fn differences(used: &BTreeSet<String>, named: &BTreeSet<String>) -> Vec<String> {
    let undecided = used.difference(named).map(|name| format!("{name}: has no line in {DECISION}"));
    let unused =
        named.difference(used).map(|name| format!("{name}: has a line in {DECISION}, but nobody uses it"));
    undecided.chain(unused).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_without_a_line_and_a_line_without_a_dependency_are_named() {
        let used = BTreeSet::from(["serde".to_owned(), "left-pad".to_owned()]);
        let named = named_in("| crate | what for |\n|---|---|\n| `serde` | data |\n| `abandoned` | once |\n");
        let expected = [
            format!("left-pad: has no line in {DECISION}"),
            format!("abandoned: has a line in {DECISION}, but nobody uses it"),
        ];
        assert_eq!(differences(&used, &named), expected);
    }

    #[test]
    fn our_own_crates_are_no_third_party() {
        let used = third_party().unwrap();
        assert!(used.contains("clap") && used.contains("tempfile"), "{used:?}");
        assert!(!used.iter().any(|name| name.starts_with("portreeve")), "{used:?}");
    }
}
