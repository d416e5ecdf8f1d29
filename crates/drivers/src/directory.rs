//! Directories as open handles: no path is resolved twice, and none through a symbolic link.
//!
//! What lies in a home belongs to its owner, who may put a link where the server expects a directory.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use crate::error::DriverError;

/// An open directory, with the path that it had (for error texts only).
#[derive(Clone)]
pub(crate) struct Directory {
    handle: Arc<OwnedFd>,
    path: PathBuf,
}

impl Directory {
    /// Opens a directory that the server's own configuration names.
    pub(crate) fn open(path: &Path) -> Result<Directory, DriverError> {
        let handle = rustix::fs::open(path, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
            .map_err(|errno| failed("opening", path, errno))?;
        Ok(Directory { handle: Arc::new(handle), path: path.to_owned() })
    }

    /// The directory at a relative path of plain names below this one.
    pub(crate) fn descend(&self, relative: &Path) -> Result<Directory, DriverError> {
        let path = self.path.join(relative);
        if relative.as_os_str().is_empty() {
            return Ok(self.clone());
        }
        plain(relative)?;
        let handle = rustix::fs::openat2(
            &*self.handle,
            relative,
            OFlags::DIRECTORY | OFlags::CLOEXEC,
            Mode::empty(),
            ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS,
        )
        .map_err(|errno| match errno {
            Errno::LOOP | Errno::XDEV | Errno::NOTDIR => DriverError::Outside(path.clone()),
            other => failed("opening", &path, other),
        })?;
        Ok(Directory { handle: Arc::new(handle), path })
    }

    /// As [`Directory::descend`], making what is missing; also says which names it made, outermost first.
    pub(crate) fn descend_or_make(&self, relative: &Path) -> Result<(Directory, Vec<PathBuf>), DriverError> {
        plain(relative)?;
        let (mut place, mut walked, mut made) = (self.clone(), PathBuf::new(), Vec::new());
        for name in relative.components() {
            walked.push(name);
            if place.make(Path::new(name.as_os_str()))? {
                made.push(walked.clone());
            }
            place = place.descend(Path::new(name.as_os_str()))?;
        }
        Ok((place, made))
    }

    /// Makes a directory here; false when something of that name is there already.
    pub(crate) fn make(&self, name: &Path) -> Result<bool, DriverError> {
        match rustix::fs::mkdirat(self.handle.as_fd(), name, Mode::from_raw_mode(0o700)) {
            Ok(()) => Ok(true),
            Err(Errno::EXIST) => Ok(false),
            Err(errno) => Err(failed("making", &self.path.join(name), errno)),
        }
    }

    /// Whether anything of this name is here.
    pub(crate) fn has(&self, name: &str) -> bool {
        rustix::fs::statat(self.handle.as_fd(), name, rustix::fs::AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// Gives `from` the name `to`, both here.
    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<(), DriverError> {
        rustix::fs::renameat(self.handle.as_fd(), from, self.handle.as_fd(), to)
            .map_err(|errno| failed("renaming", &self.path.join(from), errno))
    }

    /// Removes an empty directory.
    pub(crate) fn remove_empty(&self, name: &Path) -> Result<(), DriverError> {
        rustix::fs::unlinkat(self.handle.as_fd(), name, rustix::fs::AtFlags::REMOVEDIR)
            .map_err(|errno| failed("removing", &self.path.join(name), errno))
    }

    /// Removes a directory with all that is in it; a link is removed, never followed.
    pub(crate) fn remove_tree(&self, name: &str) -> Result<(), DriverError> {
        match std::fs::remove_dir_all(self.through_handle().join(name)) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(source) => Err(DriverError::Io { action: "removing", path: self.path.join(name), source }),
        }
    }

    /// The names of what is here.
    pub(crate) fn names(&self) -> Result<Vec<String>, DriverError> {
        let entries = std::fs::read_dir(self.through_handle()).map_err(|source| DriverError::Io {
            action: "listing",
            path: self.path.clone(),
            source,
        })?;
        Ok(entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect())
    }

    /// Writes a new file; one of that name must not exist.
    pub(crate) fn write_new(&self, name: &str, content: &[u8]) -> Result<(), DriverError> {
        let path = self.path.join(name);
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let handle = rustix::fs::openat(self.handle.as_fd(), name, flags, Mode::from_raw_mode(0o600))
            .map_err(|errno| failed("making", &path, errno))?;
        std::io::Write::write_all(&mut std::fs::File::from(handle), content)
            .map_err(|source| DriverError::Io { action: "writing", path, source })
    }

    /// Bytes of all files here and below; links count as nothing.
    pub(crate) fn bytes(&self) -> u64 {
        fn of(path: &Path) -> u64 {
            let Ok(entries) = std::fs::read_dir(path) else { return 0 };
            entries
                .flatten()
                .map(|entry| match entry.metadata() {
                    Ok(meta) if meta.is_dir() => of(&entry.path()),
                    Ok(meta) if meta.is_file() => meta.len(),
                    _ => 0,
                })
                .sum()
        }
        of(&self.through_handle())
    }

    /// A path for functions of std that take one: it leads through the open handle, so nothing above can move.
    fn through_handle(&self) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}", self.handle.as_raw_fd()))
    }
}

/// Accepts relative paths of plain names only.
pub(crate) fn plain(path: &Path) -> Result<(), DriverError> {
    if path.components().all(|part| matches!(part, Component::Normal(_))) {
        Ok(())
    } else {
        Err(DriverError::Outside(path.to_owned()))
    }
}

fn failed(action: &'static str, path: &Path, errno: Errno) -> DriverError {
    DriverError::Io { action, path: path.to_owned(), source: errno.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_never_followed_and_nothing_leads_outside() {
        let root = tempfile::tempdir().unwrap();
        let home = root.path().join("home");
        std::fs::create_dir_all(home.join("a/b")).unwrap();
        std::fs::create_dir(root.path().join("other")).unwrap();
        std::fs::write(root.path().join("other/precious"), "x").unwrap();
        std::os::unix::fs::symlink("../other", home.join("link")).unwrap();
        let dir = Directory::open(&home).unwrap();
        assert!(dir.descend(Path::new("a/b")).is_ok());
        for bad in ["link", "../other", "/etc", "a/../../other"] {
            assert!(matches!(dir.descend(Path::new(bad)), Err(DriverError::Outside(_))), "{bad}");
            assert!(dir.descend_or_make(&Path::new(bad).join("new")).is_err(), "{bad}");
        }
        dir.remove_tree("link").unwrap_or_default();
        assert!(root.path().join("other/precious").exists());
    }

    #[test]
    fn making_says_what_it_made() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("a")).unwrap();
        let (_, made) = Directory::open(root.path()).unwrap().descend_or_make(Path::new("a/b/c")).unwrap();
        assert_eq!(made, [PathBuf::from("a/b"), PathBuf::from("a/b/c")]);
    }
}
