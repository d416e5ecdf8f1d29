//! The page.

use super::promise::Promise;

const HEAD: &str = "\
# What is promised, and what shows it

Two published texts are the measure of Portreeve: a guide to API authentication with a second factor (A), and a post on
security tokens in scripts with its readers' questions (B). Each row is one thing that they describe, and the tests that
show it on a running server. `cargo xtask promises` runs those tests and writes this page; `cargo xtask ci` compares it with
its own run. The list itself is in [promises.tsv](promises.tsv).

| | what a person sees | shown by tests, all passed |
|---|---|---|
";

/// The page of these promises, every one of which was shown.
pub fn write(promises: &[Promise]) -> String {
    let rows = promises.iter().map(|promise| {
        let tests: Vec<String> = promise.tests.iter().map(|test| test.link()).collect();
        format!("| {} | {} | {} |\n", promise.name, promise.sentence, tests.join("; "))
    });
    HEAD.to_owned() + &rows.collect::<String>()
}
