//! `cargo xtask generate`: the files that follow from the code, and whether they are up to date.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde_json::Value;

use crate::build;
use crate::run::{output, program, root};

/// The description of every API function.
const FUNCTIONS: &str = "docs/api/functions.json";
/// The page that lists the settings.
const SETTINGS: &str = "docs/settings.md";
/// The page that lists the events of the audit trail.
const EVENTS: &str = "docs/audit-events.md";
/// The chore that writes them.
const AGAIN: &str = "`cargo xtask generate`";
/// Differences that one complaint names.
const MOST_DIFFERENCES: usize = 20;

#[derive(Args)]
pub struct Options {
    /// Change nothing; fail if a file is not what the code says
    #[arg(long)]
    check: bool,
}

/// What generating is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Write the files.
    Write,
    /// Fail if a file differs from what would be written.
    Check,
}

/// Builds the description and does what the options ask for.
pub fn chore(options: &Options) -> Result<()> {
    build::describe()?;
    run(if options.check { Purpose::Check } else { Purpose::Write })
}

/// Writes or checks the files with a `describe` that is built.
pub fn run(purpose: Purpose) -> Result<()> {
    let describe = build::target_directory()?.join("debug/describe");
    let described = output(&mut program(&describe))?;
    let value = serde_json::from_str(&described).context("`describe` did not print JSON")?;
    settle(&root().join(FUNCTIONS), FUNCTIONS, value, purpose)?;
    for (page, name) in [("settings", SETTINGS), ("events", EVENTS)] {
        let text = output(program(&describe).arg(page))?;
        let stale = |_: &str| "it says something else".to_owned();
        settle_text(&root().join(name), name, &text, purpose, AGAIN, stale)?;
    }
    Ok(())
}

fn settle(path: &Path, name: &str, mut value: Value, purpose: Purpose) -> Result<()> {
    value.sort_all_objects();
    settle_text(path, name, &format!("{value:#}\n"), purpose, AGAIN, |present| stale(present, &value))
}

/// Writes a file, or fails if it is not what would be written; `again` is the chore that writes it.
pub fn settle_text(
    path: &Path,
    name: &str,
    wanted: &str,
    purpose: Purpose,
    again: &str,
    stale: impl Fn(&str) -> String,
) -> Result<()> {
    if purpose == Purpose::Write {
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::write(path, wanted).with_context(|| format!("cannot write {name}"))?;
        println!("wrote {name}");
        return Ok(());
    }
    let present = match fs::read_to_string(path) {
        Ok(present) => present,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {name}")),
    };
    if present == wanted {
        println!("{name} is up to date");
        return Ok(());
    }
    bail!("{name} is stale:\n  {}\n{again} writes it anew; commit the result", stale(&present))
}

/// Says in which places a file is not what it should be.
fn stale(present: &str, wanted: &Value) -> String {
    let Ok(present) = serde_json::from_str(present) else { return "it is missing, or not JSON".to_owned() };
    let mut places = Vec::new();
    compare(&present, wanted, String::new(), &mut places);
    if places.is_empty() {
        return "it says the same in another layout".to_owned();
    }
    let left_out = places.len().saturating_sub(MOST_DIFFERENCES);
    places.truncate(MOST_DIFFERENCES);
    if left_out > 0 {
        places.push(format!("and {left_out} more"));
    }
    places.join("\n  ")
}

/// Collects the places (like RFC 6901 pointers) where two values differ.
fn compare(present: &Value, wanted: &Value, place: String, places: &mut Vec<String>) {
    if present == wanted {
        return;
    }
    let (Some(present), Some(mut wanted)) = (members(present), members(wanted)) else {
        places.push(format!("{place} differs"));
        return;
    };
    for (name, present) in present {
        let place = format!("{place}/{name}");
        match wanted.remove(&name) {
            Some(wanted) => compare(present, wanted, place, places),
            None => places.push(format!("{place} is no longer in the code")),
        }
    }
    places.extend(wanted.keys().map(|name| format!("{place}/{name} is missing")));
}

/// The members of an object, or the items of a list: by their own names if they have any, else by their places.
fn members(value: &Value) -> Option<BTreeMap<String, &Value>> {
    match value {
        Value::Object(members) => Some(members.iter().map(|(name, value)| (name.clone(), value)).collect()),
        Value::Array(items) => {
            Some(items.iter().enumerate().map(|(index, item)| (item_name(index, item), item)).collect())
        }
        _ => None,
    }
}

fn item_name(index: usize, item: &Value) -> String {
    let text = |key: &str| item.get(key).and_then(Value::as_str);
    match (text("api"), text("name")) {
        (Some(api), Some(name)) => format!("{api} {name}"),
        (None, Some(name)) => name.to_owned(),
        (_, None) => index.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_written_file_is_up_to_date_has_sorted_keys_and_ends_with_a_newline() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("api/functions.json");
        let value: Value = serde_json::from_str(r#"{"b": {"d": 1, "c": 2}, "a": []}"#).unwrap();
        settle(&path, "functions.json", value.clone(), Purpose::Write).unwrap();
        settle(&path, "functions.json", value, Purpose::Check).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, "{\n  \"a\": [],\n  \"b\": {\n    \"c\": 2,\n    \"d\": 1\n  }\n}\n");
    }

    #[test]
    fn a_stale_file_is_named_with_every_place_and_the_way_to_mend_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("functions.json");
        let old = json!({"gone": 1, "same": [1, 2], "list": [{"name": "a"}, {"name": "c", "text": "old"}]});
        settle(&path, "functions.json", old, Purpose::Write).unwrap();
        let new =
            json!({"same": [1, 2], "list": [{"name": "a"}, {"name": "b"}, {"name": "c", "text": "new"}]});
        let error = settle(&path, "functions.json", new, Purpose::Check).unwrap_err().to_string();
        let expected = "functions.json is stale:\n  /gone is no longer in the code\n  /list/c/text differs\n  \
                        /list/b is missing\n`cargo xtask generate` writes it anew; commit the result";
        assert_eq!(error, expected);
    }

    #[test]
    fn a_missing_file_and_another_layout_are_stale_too() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("functions.json");
        let error = settle(&path, "functions.json", json!({}), Purpose::Check).unwrap_err().to_string();
        assert!(error.contains("missing, or not JSON"), "{error}");
        fs::write(&path, "{ }").unwrap();
        let error = settle(&path, "functions.json", json!({}), Purpose::Check).unwrap_err().to_string();
        assert!(error.contains("another layout"), "{error}");
    }
}
