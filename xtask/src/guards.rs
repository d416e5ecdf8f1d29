//! House rules that no compiler knows: the length of a file, its first line, and leftovers.

use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::run::{output, program, root};

const MOST_LINES: usize = 500;

/// Marks of unfinished work, `new-function`'s own among them; in two halves so that this file passes its own check.
const LEFTOVERS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("(say it in ", "one sentence)"),
    concat!("<<<<", "<<< "),
    concat!(">>>>", ">>> "),
];

/// Ways to look a mailbox up. A function that used one could hand a mailbox's user somebody else's; `mailboxes.rs` alone
/// decides which mailboxes a call may act on.
const MAILBOX_LOOKUPS: &[&str] = &[".mailbox(", ".mailbox_by_id(", ".mailboxes("];

/// Checks every Rust file that git tracks or would track.
pub fn check() -> Result<()> {
    let listed = output(program("git").args([
        "ls-files",
        "-z",
        "--deduplicate",
        "--cached",
        "--others",
        "--exclude-standard",
        "--",
        "*.rs",
    ]))?;
    let mut complaints = Vec::new();
    let mut files = 0;
    for name in listed.split_terminator('\0') {
        let path = root().join(name);
        // Git lists a tracked file that was removed but not yet committed so.
        if path.is_file() {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {name}"))?;
            complaints.extend(complaints_about(name, &text));
            files += 1;
        }
    }
    complaints.extend(manifests()?);
    if complaints.is_empty() {
        println!("{files} files keep the house rules");
        return Ok(());
    }
    bail!("{}", complaints.join("\n"))
}

/// The one room that may have unsafe code; every other takes the workspace's lints, which forbid it.
const UNSAFE_ROOM: &str = "helper";

/// Checks whose lints each crate has.
fn manifests() -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for entry in fs::read_dir(root().join("crates")).context("cannot list the crates")? {
        let entry = entry?;
        let manifest = entry.path().join("Cargo.toml");
        if manifest.is_file() {
            let text = fs::read_to_string(&manifest)?;
            complaints.extend(complaint_about_lints(&entry.file_name().to_string_lossy(), &text));
        }
    }
    Ok(complaints)
}

fn complaint_about_lints(room: &str, manifest: &str) -> Option<String> {
    let wanted = match room {
        UNSAFE_ROOM => "unsafe_code = \"deny\"",
        _ => "[lints]\nworkspace = true",
    };
    (!manifest.contains(wanted))
        .then(|| format!("crates/{room}/Cargo.toml: does not say `{}`", wanted.replace('\n', " ")))
}

fn complaints_about(name: &str, text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    let lines = text.lines().count();
    if lines > MOST_LINES && !is_test_data(name) {
        complaints.push(format!("{name}: {lines} lines; {MOST_LINES} are the limit"));
    }
    if !text.starts_with("//!") {
        complaints
            .push(format!("{name}: the first line must be a `//!` line that says what the file is for"));
    }
    let is_open = may_reach_mail_users(name);
    for (number, line) in text.lines().enumerate() {
        if is_open && MAILBOX_LOOKUPS.iter().any(|lookup| line.contains(lookup)) {
            complaints.push(format!(
                "{name}:{}: a mailbox is looked up; ask `Mailboxes::of(cx)` for it",
                number + 1
            ));
        }
        for leftover in LEFTOVERS.iter().filter(|leftover| line.contains(**leftover)) {
            complaints.push(format!("{name}:{}: `{}` is left over", number + 1, leftover.trim_end()));
        }
    }
    complaints
}

/// Whether a function that is open to the users of single mailboxes may run through this file: WHM's never do.
fn may_reach_mail_users(name: &str) -> bool {
    let of_whm = ["whm/", "accounts.rs"];
    name.strip_prefix("crates/functions/src/")
        .is_some_and(|rest| rest != "mailboxes.rs" && !of_whm.iter().any(|whm| rest.starts_with(whm)))
}

/// Tables of cases are as long as the behaviour they describe.
fn is_test_data(name: &str) -> bool {
    name.contains("tests/") && (name.ends_with("/table.rs") || name.contains("/tables/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_file_with_a_purpose_passes() {
        assert!(complaints_about("crates/a/src/lib.rs", "//! A.\n").is_empty());
    }

    #[test]
    fn a_file_above_the_limit_is_named_unless_it_is_a_table_of_cases() {
        let long = format!("//! Long.\n{}", "\n".repeat(MOST_LINES));
        assert_eq!(
            complaints_about("crates/a/src/lib.rs", &long),
            ["crates/a/src/lib.rs: 501 lines; 500 are the limit"]
        );
        assert!(complaints_about("tests/compat/tables/login.rs", &long).is_empty());
    }

    #[test]
    fn a_file_without_a_purpose_is_named() {
        assert_eq!(complaints_about("a.rs", "fn a() {}\n").len(), 1);
    }

    #[test]
    fn a_function_that_looks_a_mailbox_up_by_itself_is_named() {
        let text = "//! A.\nlet mailbox = cx.store.mailbox(&address).await?;\n";
        let named = complaints_about("crates/functions/src/uapi/email/a.rs", text);
        assert_eq!(
            named,
            [
                "crates/functions/src/uapi/email/a.rs:2: a mailbox is looked up; ask `Mailboxes::of(cx)` for it"
            ]
        );
        for other in [
            "crates/functions/src/mailboxes.rs",
            "crates/functions/src/whm/a.rs",
            "crates/server/src/gate/identity.rs",
        ] {
            assert!(complaints_about(other, text).is_empty(), "{other}");
        }
    }

    #[test]
    fn a_crate_that_leaves_the_workspaces_lints_is_named() {
        let own = "[lints.rust]\nunsafe_code = \"deny\"\n";
        assert!(complaint_about_lints("helper", own).is_none());
        assert!(complaint_about_lints("store", "[lints]\nworkspace = true\n").is_none());
        assert!(complaint_about_lints("store", own).is_some());
        assert!(manifests().unwrap().is_empty());
    }

    #[test]
    fn leftovers_are_named_with_their_line() {
        let text = format!("//! A.\n// {}: later\n", LEFTOVERS[0]);
        assert_eq!(complaints_about("a.rs", &text), [format!("a.rs:2: `{}` is left over", LEFTOVERS[0])]);
    }
}
