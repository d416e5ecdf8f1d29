//! Making the paths.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::manifest::{Entry, Manifest};
use super::plan::{module, within};
use super::remove::remove;
use crate::node::files::write_public;

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
        // for everybody, whatever root's own habit is
        Entry::Directory { .. } => {
            fs::create_dir(&path).and_then(|()| fs::set_permissions(&path, Permissions::from_mode(0o755)))
        }
        Entry::Link { target, .. } => symlink(target, &path),
        Entry::File { .. } => match module(entry.path()) {
            Some(text) => return write_public(&path, text),
            None => bail!("there is no module for {}", path.display()),
        },
    };
    made.with_context(|| format!("making {}", path.display()))
}
