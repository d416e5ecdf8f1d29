//! What came of each test in the last run, as the test runner wrote it down (JUnit's XML).

use std::fs;

use anyhow::{Context as _, Result};
use roxmltree::{Document, Node};

use super::promise::Test;
use crate::run::root;

/// The tests that passed: the program that each is in, and its name.
pub struct Outcomes(Vec<(String, String)>);

impl Outcomes {
    /// Those of the last run.
    pub fn of_the_last_run() -> Result<Outcomes> {
        // the runner keeps its reports there wherever cargo builds
        let file = root().join("target/nextest/default/junit.xml");
        let text = fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}: run the tests first", file.display()))?;
        Outcomes::read(&text)
    }

    fn read(text: &str) -> Result<Outcomes> {
        let document = Document::parse(text).context("the test runner's report is no XML")?;
        let cases = document.descendants().filter(|node| node.has_tag_name("testcase"));
        let named = |case: Node<'_, '_>| {
            Some((case.attribute("classname")?.to_owned(), case.attribute("name")?.to_owned()))
        };
        Ok(Outcomes(cases.filter(|case| passed(*case)).filter_map(named).collect()))
    }

    /// Whether this test ran and passed.
    pub fn passed(&self, test: &Test) -> bool {
        self.0.iter().any(|(binary, name)| test.is(binary, name))
    }
}

/// A flaky test that passed at last has passed; a failure, an error or a skip has not.
fn passed(case: Node<'_, '_>) -> bool {
    !case.children().any(|child| ["failure", "error", "skipped"].contains(&child.tag_name().name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_ran_and_did_not_fail_has_passed() {
        let report = r#"<testsuites><testsuite name="portreeve-e2e::clients">
            <testcase name="good" classname="portreeve-e2e::clients"><system-out/></testcase>
            <testcase name="bad" classname="portreeve-e2e::clients"><failure message="no"/></testcase>
            </testsuite></testsuites>"#;
        let outcomes = Outcomes::read(report).unwrap();
        let test = |name: &str| {
            let list = format!("A1\tone\ttests/e2e/tests/clients.rs::{name}");
            super::super::promise::read(&list).unwrap().remove(0).tests.remove(0)
        };
        assert!(outcomes.passed(&test("good")));
        assert!(!outcomes.passed(&test("bad")) && !outcomes.passed(&test("never_ran")));
    }
}
