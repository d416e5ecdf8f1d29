//! The data directory: where everything of a sandbox lies.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf, absolute};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::credentials::Credentials;
use crate::node::data_directory::{DataDirectory, LOCK};
use crate::node::files::write_secret;

/// A data directory that this process has to itself.
pub(super) struct Directory {
    data: DataDirectory,
    /// What was kept by the sandbox that was here before.
    known: Option<Credentials>,
    /// Removes the directory when the sandbox ends, if it is a temporary one.
    _temporary: Option<TempDir>,
    /// Held as long as this process uses the directory.
    _lock: File,
}

/// Says that a directory is ours to fill and to empty.
const MARKER: &str = "portreeve-sandbox";
const MARKER_TEXT: &str =
    "This directory belongs to a Portreeve sandbox, which may remove everything in it.\n";

/// The credentials, and whether the sandbox was filled.
const CREDENTIALS: &str = "sandbox.json";

/// The directory that was given, wherever links lead and whether it is there yet or not; or a temporary one, that goes
/// with the guard.
///
/// # Errors
/// When it cannot be found, or a temporary one not be made.
pub fn directory(given: Option<PathBuf>) -> Result<(PathBuf, Option<TempDir>)> {
    let temporary = match given {
        Some(_) => None,
        None => Some(tempfile::Builder::new().prefix("portreeve-").tempdir().context("making a directory")?),
    };
    let root = match (given, &temporary) {
        (Some(given), _) => given,
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => bail!("no directory"),
    };
    Ok((resolved(&root).with_context(|| format!("finding {}", root.display()))?, temporary))
}

/// Where a path leads: by what is there of it, the rest as it is written.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    let path = absolute(path)?;
    for part in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (fs::canonicalize(part), path.strip_prefix(part)) {
            return Ok(real.components().chain(rest.components()).collect());
        }
    }
    Ok(path)
}

impl Directory {
    /// Opens a sandbox's directory, makes a missing one, or takes a temporary one.
    pub(super) fn open(given: Option<&Path>, reset: bool) -> Result<Directory> {
        let (root, temporary) = directory(given.map(Path::to_owned))?;
        fs::create_dir_all(&root).with_context(|| format!("making {}", root.display()))?;
        mark(&root)?;
        let data = DataDirectory::new(root.clone());
        let lock = data.lock("sandbox")?;
        let known = if reset { None } else { credentials(&root)? };
        match &known {
            Some(known) if known.filled => {}
            // one that was never finished is filled anew, for the same credentials
            Some(_) => empty(&root, &[MARKER, LOCK, CREDENTIALS])?,
            None => empty(&root, &[MARKER, LOCK])?,
        }
        data.furnish()?;
        Ok(Directory { data, known, _temporary: temporary, _lock: lock })
    }

    /// What lies in it.
    pub(super) fn data(&self) -> &DataDirectory {
        &self.data
    }

    /// The credentials of the sandbox that was here before.
    pub(super) fn credentials(&self) -> Option<&Credentials> {
        self.known.as_ref()
    }

    /// Keeps the credentials, to be printed again when the directory is opened again.
    pub(super) fn keep_credentials(&self, credentials: &Credentials) -> Result<()> {
        write_secret(&self.data.path("accesshash"), &credentials.access_hash_lines())?;
        write_secret(&self.data.path(CREDENTIALS), &serde_json::to_string_pretty(credentials)?)
    }
}

/// Makes sure that the directory is ours: one with other things in it is not, whatever their names are.
fn mark(root: &Path) -> Result<()> {
    let marker = root.join(MARKER);
    let marked = fs::symlink_metadata(&marker).is_ok_and(|found| found.is_file())
        && fs::read(&marker).is_ok_and(|text| text == MARKER_TEXT.as_bytes());
    if marked {
        return Ok(());
    }
    let mut entries = fs::read_dir(root).with_context(|| format!("listing {}", root.display()))?;
    if entries.next().is_some() {
        bail!("{} is not empty and holds no sandbox; name another directory", root.display());
    }
    write_secret(&marker, MARKER_TEXT)
}

fn credentials(root: &Path) -> Result<Option<Credentials>> {
    let path = root.join(CREDENTIALS);
    match fs::read(&path) {
        Ok(text) => Ok(Some(
            serde_json::from_slice(&text)
                .with_context(|| format!("{} is damaged; use --reset", path.display()))?,
        )),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}

/// Removes everything but these files.
fn empty(root: &Path, kept: &[&str]) -> Result<()> {
    let entries = fs::read_dir(root).with_context(|| format!("listing {}", root.display()))?;
    for entry in entries.flatten().filter(|entry| !kept.iter().any(|kept| entry.file_name() == *kept)) {
        let path = entry.path();
        let removed = match entry.file_type() {
            Ok(kind) if kind.is_dir() => fs::remove_dir_all(&path),
            _ => fs::remove_file(&path),
        };
        match removed {
            // a database that is being closed takes its own side files away
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            other => other.with_context(|| format!("removing {}", path.display()))?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names in a directory, in order.
    fn names(root: &Path) -> Vec<String> {
        let entries = fs::read_dir(root).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn some_credentials() -> Credentials {
        Credentials::new(false, &portreeve_crypt::SystemEntropy)
    }

    #[test]
    fn a_directory_without_our_marker_is_somebody_elses_whatever_is_in_it() {
        for name in [LOCK, CREDENTIALS, MARKER, "store.sqlite"] {
            for reset in [false, true] {
                let root = tempfile::tempdir().unwrap();
                fs::write(root.path().join(name), "{}").unwrap();
                let refused = Directory::open(Some(root.path()), reset).err().map(|why| why.to_string());
                let refused = refused.unwrap_or_else(|| panic!("{name} was taken for a sandbox"));
                assert!(refused.contains("holds no sandbox"), "{refused}");
                assert_eq!(names(root.path()), [name]);
            }
        }
    }

    #[test]
    fn a_marker_that_is_a_link_marks_nothing() {
        let (other, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        drop(Directory::open(Some(other.path()), false).unwrap());
        std::os::unix::fs::symlink(other.path().join(MARKER), root.path().join(MARKER)).unwrap();
        assert!(Directory::open(Some(root.path()), true).is_err());
    }

    #[test]
    fn what_was_never_filled_is_emptied_and_its_credentials_stay() {
        let root = tempfile::tempdir().unwrap();
        let mut credentials = some_credentials();
        for filled in [false, true] {
            let directory = Directory::open(Some(root.path()), false).unwrap();
            credentials.filled = filled;
            directory.keep_credentials(&credentials).unwrap();
            fs::write(directory.data().path("records/store.sqlite"), "records").unwrap();
            drop(directory);
            let again = Directory::open(Some(root.path()), false).unwrap();
            assert_eq!(again.data().path("records/store.sqlite").exists(), filled);
            let known = again.credentials().and_then(|known| known.accounts.first()?.access_hash.clone());
            assert!(known.is_some() && known == credentials.accounts[0].access_hash);
        }
        let reset = Directory::open(Some(root.path()), true).unwrap();
        assert!(reset.credentials().is_none() && !reset.data().path("records/store.sqlite").exists());
    }
}
