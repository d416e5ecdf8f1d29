//! What is made: directories, links to this program, and Perl modules.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::manifest::Entry;
use super::perl::LIBRARY;

/// Links to this program, which looks at the name that it is called by.
const LINKS: [&str; 13] = [
    "/scripts/perlinstaller",
    "/usr/local/cpanel/scripts/perlinstaller",
    "/usr/local/cpanel/3rdparty/bin/perl",
    "/usr/local/cpanel/bin/cpapi2",
    "/usr/local/cpanel/bin/uapi",
    "/usr/local/cpanel/bin/whmapi1",
    "/usr/bin/cpapi2",
    "/usr/bin/uapi",
    "/usr/bin/whmapi1",
    "/usr/local/bin/cpapi2",
    "/usr/local/bin/uapi",
    "/usr/local/bin/whmapi1",
    "/usr/sbin/whmapi1",
];

/// Perl modules, below [`LIBRARY`].
const MODULES: [(&str, &str); 1] = [(
    "Cpanel/Security/Authn/TwoFactorAuth/Google.pm",
    include_str!("../../../../clients/perl/lib/Cpanel/Security/Authn/TwoFactorAuth/Google.pm"),
)];

/// What only the original has.
const ORIGINAL: [&str; 2] = ["/usr/local/cpanel/version", "/usr/local/cpanel/cpsrvd"];

/// Everything that is to be made below `root`, in the order of its making. Directories that exist stay as they are
/// and are no part of it.
///
/// # Errors
/// When the original is installed, or something stands where something is to be made.
pub(crate) fn plan(root: &Path, program: &Path) -> Result<Vec<Entry>> {
    if let Some(found) = ORIGINAL.iter().find(|path| within(root, path).exists()) {
        bail!("the original is installed here: there is {found}");
    }
    let files = MODULES.map(|(name, text)| (format!("{LIBRARY}/{name}"), text));
    let mut entries = Vec::new();
    for path in LINKS.into_iter().chain(files.iter().map(|(path, _)| path.as_str())) {
        for directory in missing_directories(root, path) {
            let entry = Entry::Directory { path: directory };
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
    }
    entries.extend(LINKS.map(|path| Entry::Link { path: path.into(), target: program.to_owned() }));
    entries.extend(files.iter().map(|(path, text)| Entry::file(path.into(), text)));
    let taken = entries.iter().map(Entry::path).find(|path| within(root, path).symlink_metadata().is_ok());
    match taken {
        Some(taken) => bail!("{} exists and is not ours: nothing was made", taken.display()),
        None => Ok(entries),
    }
}

/// The text of a module.
pub(super) fn module(path: &Path) -> Option<&'static str> {
    let name = path.strip_prefix(LIBRARY).ok()?;
    MODULES.iter().find(|(known, _)| Path::new(known) == name).map(|(_, text)| *text)
}

/// An absolute path as it lies below `root`.
pub(super) fn within(root: &Path, path: impl AsRef<Path>) -> PathBuf {
    let path = path.as_ref();
    root.join(path.strip_prefix("/").unwrap_or(path))
}

/// A program as whoever has `root` as its root sees it.
pub(crate) fn program_within(root: &Path, program: &Path) -> PathBuf {
    program.strip_prefix(root).map_or_else(|_| program.to_owned(), |path| Path::new("/").join(path))
}

fn missing_directories(root: &Path, path: &str) -> Vec<PathBuf> {
    let mut missing: Vec<PathBuf> = Path::new(path)
        .ancestors()
        .skip(1)
        .filter(|directory| !within(root, directory).is_dir())
        .map(Path::to_owned)
        .collect();
    missing.reverse();
    missing
}
