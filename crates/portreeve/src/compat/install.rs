//! Making the paths.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, symlink};
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::manifest::{Entry, Manifest};
use super::plan::{module, within};
use super::remove::remove;

/// Makes what was planned. The manifest is there first: whatever interrupts this, `remove` takes away what was made.
pub(crate) fn install(root: &Path, entries: Vec<Entry>) -> Result<()> {
    let manifest = Manifest { entries };
    manifest.write(root)?;
    for entry in &manifest.entries {
        if let Err(error) = make(root, entry) {
            let undone = remove(root).map(drop).context("and what was made could not be taken away");
            return Err(undone.err().map_or(error.context("nothing was made"), |undo| undo));
        }
    }
    Ok(())
}

fn make(root: &Path, entry: &Entry) -> Result<()> {
    let path = within(root, entry.path());
    let made = match entry {
        Entry::Directory { .. } => fs::create_dir(&path),
        Entry::Link { target, .. } => symlink(target, &path),
        Entry::File { .. } => match module(entry.path()) {
            Some(text) => new_file(&path, text),
            None => bail!("there is no module for {}", path.display()),
        },
    };
    made.with_context(|| format!("making {}", path.display()))
}

fn new_file(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o644).open(path)?;
    file.write_all(text.as_bytes())
}
