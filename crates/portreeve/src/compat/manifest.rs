//! The manifest: what was made, so that it can be taken away.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::plan::within;
use crate::node::files::write_public;

/// Where it lies; not below a directory that it lists.
const PATH: &str = "/etc/portreeve/compat-paths.json";

/// One thing that is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Entry {
    /// A directory that was not there.
    Directory { path: PathBuf },
    /// A symbolic link.
    Link { path: PathBuf, target: PathBuf },
    /// A file, known again by its SHA-256.
    File { path: PathBuf, sha256: String },
}

impl Entry {
    pub(super) fn file(path: PathBuf, text: &str) -> Entry {
        Entry::File { path, sha256: digest(text.as_bytes()) }
    }

    pub(crate) fn path(&self) -> &Path {
        match self {
            Entry::Directory { path } | Entry::Link { path, .. } | Entry::File { path, .. } => path,
        }
    }

    /// A line for people.
    pub(crate) fn shown(&self) -> String {
        match self {
            Entry::Directory { path } => format!("directory  {}", path.display()),
            Entry::Link { path, target } => format!("link       {} -> {}", path.display(), target.display()),
            Entry::File { path, .. } => format!("file       {}", path.display()),
        }
    }
}

/// What was made below a root.
#[derive(Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// In the order of its making.
    pub(crate) entries: Vec<Entry>,
}

impl Manifest {
    /// Reads it; none when nothing was made.
    pub(crate) fn read(root: &Path) -> Result<Option<Manifest>> {
        let path = within(root, PATH);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        };
        let manifest: Manifest =
            serde_json::from_slice(&text).with_context(|| format!("{} is damaged", path.display()))?;
        for entry in &manifest.entries {
            let plain = |part: Component<'_>| matches!(part, Component::RootDir | Component::Normal(_));
            let good = entry.path().is_absolute() && entry.path().components().all(plain);
            ensure!(good, "{} names {}, which is no plain path", path.display(), entry.path().display());
        }
        Ok(Some(manifest))
    }

    pub(super) fn write(&self, root: &Path) -> Result<()> {
        let path = within(root, PATH);
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory).with_context(|| format!("making {}", directory.display()))?;
        }
        write_public(&path, &serde_json::to_string_pretty(self)?)
    }

    pub(super) fn forget(root: &Path) -> Result<()> {
        let path = within(root, PATH);
        fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))
    }
}

/// SHA-256 in hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
