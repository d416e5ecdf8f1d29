//! Directories as open handles: what is named is found from the handle, never outside and never through a symbolic
//! link.
//!
//! What lies in a home belongs to its owner, who may put a link where the server expects a directory, at any moment.

use std::ffi::OsStr;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use crate::error::DriverError;

/// How many directories deep [`Directory::bytes`] looks.
const DEEPEST: usize = 64;

/// How many files and directories [`Directory::bytes`] looks at.
const MOST_ENTRIES: usize = 1_000_000;

/// So many directories of one purpose and name may lie beside each other.
const MOST_NUMBERED: u32 = 10_000;

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

    /// Makes a directory `KIND:NAME:N` here, with the first number that is free, and answers its name.
    pub(crate) fn make_numbered(&self, kind: &str, name: &str) -> Result<String, DriverError> {
        for number in 1..=MOST_NUMBERED {
            let own = format!("{kind}:{name}:{number}");
            if self.make(Path::new(&own))? {
                return Ok(own);
            }
        }
        Err(failed("making", &self.path.join(format!("{kind}:{name}:N")), Errno::EXIST))
    }

    /// The path of something here, for the log.
    pub(crate) fn shown(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }

    /// Whether anything of this name is here.
    pub(crate) fn has(&self, name: &str) -> bool {
        rustix::fs::statat(self.handle.as_fd(), name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// Gives `from` the name `to`, both here. A directory takes the place of an empty one.
    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<(), DriverError> {
        self.move_to(from, self, to)
    }

    /// Moves what is here to another directory of the same file system.
    pub(crate) fn move_to(&self, from: &str, there: &Directory, to: &str) -> Result<(), DriverError> {
        rustix::fs::renameat(self.handle.as_fd(), from, there.handle.as_fd(), to)
            .map_err(|errno| failed("renaming", &self.path.join(from), errno))
    }

    /// Removes an empty directory.
    pub(crate) fn remove_empty(&self, name: &Path) -> Result<(), DriverError> {
        rustix::fs::unlinkat(self.handle.as_fd(), name, AtFlags::REMOVEDIR)
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
        let listing = |errno| failed("listing", &self.path, errno);
        let entries = Dir::read_from(self.handle.as_fd()).map_err(listing)?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(listing)?;
            names.extend(
                entry
                    .file_name()
                    .to_str()
                    .ok()
                    .filter(|name| !matches!(*name, "." | ".."))
                    .map(str::to_owned),
            );
        }
        Ok(names)
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

    /// Bytes of all files here and below; links count as nothing, and so does what lies deeper than
    /// [`DEEPEST`], comes after [`MOST_ENTRIES`] others, or cannot be read.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes_of_at_most(MOST_ENTRIES)
    }

    fn bytes_of_at_most(&self, mut entries_left: usize) -> u64 {
        let (mut total, mut waiting) = (0_u64, vec![(PathBuf::new(), 0)]);
        // each directory is found anew from this one, so that a deep tree takes no more than two handles
        while let Some((relative, depth)) = waiting.pop() {
            let Ok(directory) = self.descend(&relative) else { continue };
            let Ok(entries) = Dir::read_from(directory.handle.as_fd()) else { continue };
            for entry in
                entries.flatten().filter(|entry| !matches!(entry.file_name().to_bytes(), b"." | b".."))
            {
                if entries_left == 0 {
                    return total;
                }
                entries_left -= 1;
                let name = entry.file_name();
                let Ok(stat) = rustix::fs::statat(directory.handle.as_fd(), name, AtFlags::SYMLINK_NOFOLLOW)
                else {
                    continue;
                };
                match FileType::from_raw_mode(stat.st_mode) {
                    FileType::RegularFile => {
                        total = total.saturating_add(u64::try_from(stat.st_size).unwrap_or_default());
                    }
                    FileType::Directory if depth < DEEPEST => {
                        waiting.push((relative.join(OsStr::from_bytes(name.to_bytes())), depth + 1));
                    }
                    _ => {}
                }
            }
        }
        total
    }

    /// A path for what std does better, the removal of trees (it follows no link): it leads through the open handle.
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

    #[test]
    fn bytes_are_those_of_files_down_to_a_depth() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("a")).unwrap();
        std::fs::write(root.path().join("a/file"), "12345").unwrap();
        std::os::unix::fs::symlink("a/file", root.path().join("link")).unwrap();
        std::os::unix::fs::symlink(root.path(), root.path().join("a/loop")).unwrap();
        let directory = Directory::open(root.path()).unwrap();
        assert_eq!(directory.bytes(), 5);

        // somebody may make a tree as deep as they like: the count ends at a depth
        let mut place = directory.clone();
        for level in 1..=500 {
            place.make(Path::new("d")).unwrap();
            place = place.descend(Path::new("d")).unwrap();
            if level == DEEPEST {
                place.write_new("counted", b"1").unwrap();
            }
        }
        place.write_new("beyond", b"1234567").unwrap();
        assert_eq!(directory.bytes(), 6);
    }

    #[test]
    fn no_more_entries_are_looked_at_than_the_bound_says() {
        let root = tempfile::tempdir().unwrap();
        for number in 0..10 {
            std::fs::write(root.path().join(number.to_string()), "12345").unwrap();
        }
        let directory = Directory::open(root.path()).unwrap();
        assert_eq!((directory.bytes(), directory.bytes_of_at_most(4)), (50, 20));
    }

    #[test]
    fn numbered_names_never_meet() {
        let root = tempfile::tempdir().unwrap();
        let directory = Directory::open(root.path()).unwrap();
        let names: Vec<_> = (0..3).map(|_| directory.make_numbered(".new", "a.b").unwrap()).collect();
        assert_eq!(names, [".new:a.b:1", ".new:a.b:2", ".new:a.b:3"]);
    }
}
