//! Taking the paths away.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::manifest::{Entry, Manifest, digest};
use super::plan::within;
use crate::node::files::staged;

/// Takes away what was made and is still as it was made; answers what was left because it was changed. Directories
/// with something else in them stay. None when nothing was made.
pub(crate) fn remove(root: &Path) -> Result<Option<Vec<PathBuf>>> {
    let Some(manifest) = Manifest::read(root)? else { return Ok(None) };
    let mut left = Vec::new();
    for entry in manifest.entries.iter().rev() {
        let path = within(root, entry.path());
        if let Entry::File { .. } = entry {
            // what an interrupted install left
            let _ = fs::remove_file(staged(&path));
        }
        match take_away(&path, entry) {
            Ok(true) => {}
            Ok(false) => left.push(entry.path().to_owned()),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("removing {}", path.display())),
        }
    }
    Manifest::forget(root)?;
    Ok(Some(left))
}

/// Whether it was as it was made, and is gone now.
fn take_away(path: &Path, entry: &Entry) -> io::Result<bool> {
    let kind = fs::symlink_metadata(path)?.file_type();
    match entry {
        Entry::Directory { .. } if kind.is_dir() => match fs::remove_dir(path) {
            Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => Ok(false),
            removed => removed.map(|()| true),
        },
        Entry::Link { target, .. } if kind.is_symlink() && fs::read_link(path)? == *target => {
            fs::remove_file(path).map(|()| true)
        }
        Entry::File { sha256, .. } if kind.is_file() && digest(&fs::read(path)?) == *sha256 => {
            fs::remove_file(path).map(|()| true)
        }
        _ => Ok(false),
    }
}
