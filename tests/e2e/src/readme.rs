//! The examples in the documentation, so that they are run as they are printed.

use std::fs;

use anyhow::{Context, Result};

use crate::program::root;

/// The code blocks in a language that stand under a heading of the README.
///
/// # Errors
/// When there is no such heading.
pub fn examples(heading: &str, language: &str) -> Result<Vec<String>> {
    let text = fs::read_to_string(root().join("README.md")).context("reading README.md")?;
    let start = format!("\n## {heading}\n");
    let (_, section) = text.split_once(&start).with_context(|| format!("no heading “{heading}”"))?;
    let section = section.split("\n## ").next().unwrap_or_default();
    Ok(blocks(section, language))
}

/// The code blocks of a text in a language.
#[must_use]
pub fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("\n```{language}\n");
    let blocks = text.split(fence.as_str()).skip(1).filter_map(|rest| rest.split("\n```").next());
    blocks.map(|block| format!("{block}\n")).collect()
}
