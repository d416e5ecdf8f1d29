//! docs/panel-holes.md and these tests are one list: a row for each test, and a test for each row that names one.

use std::collections::BTreeSet;
use std::fs;

use portreeve_e2e::program::root;

/// The table's columns: advisory, product, what went wrong, why not here, test, how it was seen to fail.
const COLUMNS: usize = 6;

/// The rows of the page's tables, taken apart.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let lines = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    lines
        .map(|line| line.split(" | ").collect::<Vec<_>>())
        .filter(|row| row.len() == COLUMNS && row[0] != "advisory")
        .collect()
}

/// The tests beside this file: `logins.rs::cve_2023_3173_...`.
fn tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(root().join("tests/holes")).unwrap().flatten() {
        let file = entry.file_name().into_string().unwrap();
        if !file.ends_with(".rs") || file == "table.rs" {
            continue;
        }
        let text = fs::read_to_string(entry.path()).unwrap();
        let marked = text.split("#[tokio::test").skip(1).chain(text.split("#[test]").skip(1));
        for after in marked {
            let name = after.split_once("fn ").unwrap().1.split_once('(').unwrap().0;
            assert!(found.insert(format!("{file}::{name}")), "{name} is there twice");
        }
    }
    found
}

/// An advisory's id as the name of a test begins: `cve_2023_3173`.
fn as_name(id: &str) -> String {
    let first = id.split(" (").next().unwrap_or_default();
    let plain = first.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    plain.collect::<String>().replace("__", "_")
}

#[test]
fn every_test_has_its_row_and_every_row_its_test() {
    let page = fs::read_to_string(root().join("docs/panel-holes.md")).unwrap();
    let mut named = BTreeSet::new();
    for row in rows(&page) {
        let [id, _, _, _, test, seen] = row[..] else { panic!("{row:?}") };
        let test = test.trim_matches('`').strip_prefix("tests/holes/").unwrap_or_else(|| panic!("{row:?}"));
        assert!(
            seen.starts_with("without ") && seen.contains(": "),
            "{id} does not say how it was seen to fail"
        );
        assert!(named.insert(test.to_owned()), "{test} has two rows");
        let (_, name) = test.split_once("::").unwrap_or_else(|| panic!("{row:?}"));
        assert!(name.starts_with(&as_name(id)), "{name} does not carry the id {id}");
    }
    assert!(named.len() >= 35, "only {} rows", named.len());
    assert_eq!(named, tests());
}

#[test]
fn what_is_left_out_says_what_it_needs() {
    let page = fs::read_to_string(root().join("docs/panel-holes.md")).unwrap();
    let (_, left_out) = page.split_once("\n## Not yet\n").expect("a list of what is left out");
    let rows = left_out.lines().filter(|line| line.starts_with("| ")).skip(1);
    let mut count = 0;
    for row in rows {
        assert!(row.contains("| not yet: needs "), "{row}");
        count += 1;
    }
    assert!(count > 5, "only {count} are left out");
}

#[test]
fn every_file_that_is_named_as_a_guard_exists() {
    let page = fs::read_to_string(root().join("docs/panel-holes.md")).unwrap();
    let mut named = 0;
    for row in rows(&page) {
        for file in row[3].split('`').filter(|word| word.ends_with(".rs")) {
            // the server's own, or behind the name of another crate
            let (room, rest) = file.split_once('/').unwrap_or(("server", file));
            let places = [format!("crates/server/src/{file}"), format!("crates/{room}/src/{rest}")];
            assert!(
                places.iter().any(|place| root().join(place).is_file()),
                "{}: {file} does not exist",
                row[0]
            );
            named += 1;
        }
    }
    assert!(named > 60, "only {named} files are named");
}
