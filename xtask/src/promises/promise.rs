//! The list of promises: a line each, with a name, a sentence and the tests that show it, separated by tabs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::run::root;

/// A promise and what shows it.
pub struct Promise {
    /// `A7`.
    pub name: String,
    /// One sentence.
    pub sentence: String,
    /// One test at least.
    pub tests: Vec<Test>,
}

/// A test by where it stands: `crates/server/tests/it/answers.rs::a_uapi_answer`.
pub struct Test {
    file: String,
    function: String,
    /// The name that the test runner gives to the program that it is in.
    binary: String,
}

/// Reads the list.
pub fn read(text: &str) -> Result<Vec<Promise>> {
    let mut names = BTreeSet::new();
    let mut promises = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let promise = read_line(line).with_context(|| format!("line {number}"))?;
        ensure!(names.insert(promise.name.clone()), "line {number}: {} is there already", promise.name);
        promises.push(promise);
    }
    Ok(promises)
}

fn read_line(line: &str) -> Result<Promise> {
    let &[name, sentence, tests] = line.split('\t').collect::<Vec<_>>().as_slice() else {
        bail!("a line has a name, a sentence and tests, separated by tabs")
    };
    let tests = tests.split_whitespace().map(Test::at).collect::<Result<Vec<_>>>()?;
    ensure!(!tests.is_empty(), "{name}: no test is named");
    Ok(Promise { name: name.to_owned(), sentence: sentence.to_owned(), tests })
}

impl Test {
    fn at(place: &str) -> Result<Test> {
        let (file, function) = place.split_once("::").with_context(|| format!("{place} names no test"))?;
        let path = Path::new(file);
        let package = path
            .ancestors()
            .skip(1)
            .find(|directory| root().join(directory).join("Cargo.toml").is_file())
            .filter(|directory| !directory.as_os_str().is_empty())
            .with_context(|| format!("{file} is in no crate"))?;
        let name = package_name(&root().join(package).join("Cargo.toml"))?;
        let inside: PathBuf = path.strip_prefix(package)?.to_owned();
        let mut parts = inside.iter().map(|part| part.to_string_lossy().into_owned());
        let binary = match (parts.next().as_deref(), parts.next()) {
            (Some("src"), Some(_)) => name,
            (Some("tests"), Some(target)) => format!("{name}::{}", target.trim_end_matches(".rs")),
            _ => bail!("{file} holds no tests"),
        };
        Ok(Test { file: file.to_owned(), function: function.to_owned(), binary })
    }

    /// Whether this is the test of that name in that program.
    pub fn is(&self, binary: &str, name: &str) -> bool {
        self.binary == binary && name.rsplit("::").next() == Some(&self.function)
    }

    /// What makes the test runner run it.
    pub fn filter(&self) -> String {
        format!("(binary_id(={}) & test(/(^|::){}$/))", self.binary, self.function)
    }

    /// As a link of the page.
    pub fn link(&self) -> String {
        format!("[{}](../{})", self.function.replace('_', " "), self.file)
    }

    /// As the list has it.
    pub fn shown(&self) -> String {
        format!("{}::{}", self.file, self.function)
    }
}

fn package_name(manifest: &Path) -> Result<String> {
    let text = fs::read_to_string(manifest)?;
    let name = text.lines().find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    Ok(name.with_context(|| format!("{} names no package", manifest.display()))?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_known_by_its_program_and_its_name() {
        let in_tests = Test::at("crates/server/tests/it/login/success.rs::works").unwrap();
        assert!(in_tests.is("portreeve-server::it", "login::success::works"));
        assert!(!in_tests.is("portreeve-server::it", "login::success::works_not"));
        assert!(!in_tests.is("portreeve-server", "login::success::works"));
        let alone = Test::at("tests/e2e/tests/clients.rs::works").unwrap();
        assert!(alone.is("portreeve-e2e::clients", "works"));
        let unit = Test::at("crates/server/src/hint.rs::works").unwrap();
        assert!(unit.is("portreeve-server", "hint::tests::works"));
    }

    #[test]
    fn what_is_no_promise_is_refused_with_its_line() {
        for (text, why) in [
            ("A1\tno tests", "line 1"),
            ("A1\tno tests\t", "no test is named"),
            ("A1\tone\tREADME.md::test", "is in no crate"),
            ("A1\tone\tcrates/server/src/hint.rs", "names no test"),
        ] {
            let error = format!("{:#}", read(text).err().unwrap());
            assert!(error.contains(why), "{error}");
        }
        let twice = "A1\tone\tcrates/server/src/hint.rs::a\n".repeat(2);
        assert!(read(&twice).err().unwrap().to_string().contains("line 2: A1 is there already"));
    }
}
