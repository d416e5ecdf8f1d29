//! From an address to a file or a program on disk, found from an open folder: never outside it, never by a link.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use portreeve_types::Timestamp;
use rustix::fs::{FileType, Mode, OFlags, ResolveFlags, Stat, fstat, open, openat2};
use rustix::io::Errno;

use super::address::Address;
use super::media_types::media_type;
use super::problem::Problem;

/// What an address is.
pub(super) enum Found {
    /// A file to send.
    File(StaticFile),
    /// A program to run.
    Program(Script),
    /// A folder with an index, named without its slash.
    Folder,
}

/// An open file.
pub(super) struct StaticFile {
    pub(super) file: File,
    pub(super) length: u64,
    pub(super) modified: Timestamp,
    /// Nanoseconds of the last change and the file's number: with the length they tell versions apart.
    pub(super) version: (i64, u64),
    pub(super) media_type: &'static str,
}

/// A program in its folder.
pub(super) struct Script {
    /// The way from the plugin folder to its own, name by name.
    pub(super) folder: Vec<String>,
    pub(super) name: String,
    pub(super) is_php: bool,
    /// Its address: `/3rdparty/a/b.cgi`.
    pub(super) address: String,
    /// What the address has after it, with its slash.
    pub(super) path_info: String,
    /// Where it lies.
    pub(super) path: PathBuf,
    /// The folder of its area.
    pub(super) root: PathBuf,
}

/// What is looked for in a folder, in this order.
const INDEXES: [&str; 3] = ["index.html", "index.cgi", "index.php"];

/// Endings of what editors and packages leave beside a file.
const LEFT_BEHIND: [&str; 9] =
    ["~", ".bak", ".old", ".orig", ".rej", ".save", ".swp", ".dpkg-old", ".rpmsave"];

/// Looks an address up, where it may block.
pub(super) async fn find(folder: PathBuf, address: Address) -> Result<Found, Problem> {
    tokio::task::spawn_blocking(move || look(&folder, &address)).await.map_err(|_| Problem::Failed)?
}

fn look(folder: &Path, address: &Address) -> Result<Found, Problem> {
    let root = folder.join(address.area.name());
    let mut place = open(&root, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
        .map_err(|_| Problem::NotFound)?;
    let (mut path, mut at) = (root.clone(), format!("/{}", address.area.name()));
    let mut names = address.names.iter();
    while let Some(name) = names.next() {
        if name.is_empty() {
            return if names.next().is_some() {
                Err(Problem::NotFound)
            } else {
                index(place, path, at, root)
            };
        }
        let (entry, stat) = entry(&place, name)?;
        (path, at) = (path.join(name), format!("{at}/{name}"));
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => place = entry,
            FileType::RegularFile => {
                let path_info: String = names.map(|name| format!("/{name}")).collect();
                return file(place, name, at, path_info, path, root);
            }
            _ => return Err(Problem::NotFound),
        }
    }
    INDEXES.iter().find(|name| is_file(&place, name)).map(|_| Found::Folder).ok_or(Problem::NotFound)
}

fn index(place: OwnedFd, path: PathBuf, at: String, root: PathBuf) -> Result<Found, Problem> {
    let name = INDEXES.into_iter().find(|name| is_file(&place, name)).ok_or(Problem::NotFound)?;
    file(place, name, format!("{at}/{name}"), String::new(), path.join(name), root)
}

fn file(
    folder: OwnedFd,
    name: &str,
    address: String,
    path_info: String,
    path: PathBuf,
    root: PathBuf,
) -> Result<Found, Problem> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let is_php = ending.as_deref() == Some("php");
    if is_php || matches!(ending.as_deref(), Some("cgi" | "pl")) {
        let folder = way_to(&address);
        let name = name.to_owned();
        return Ok(Found::Program(Script { folder, name, is_php, address, path_info, path, root }));
    }
    // what is not known to be meant for readers may be a program's source or its settings
    let media_type = ending.as_deref().and_then(media_type).ok_or(Problem::NotFound)?;
    if !path_info.is_empty() {
        return Err(Problem::NotFound);
    }
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let opened = open_in(&folder, name, flags).map_err(missing)?;
    // the open file is what counts, whatever became of the name
    let stat = fstat(&opened).map_err(missing)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(Problem::NotFound);
    }
    Ok(Found::File(StaticFile {
        file: File::from(opened),
        length: u64::try_from(stat.st_size).unwrap_or_default(),
        modified: Timestamp::from_seconds(stat.st_mtime),
        version: (i64::try_from(stat.st_mtime_nsec).unwrap_or_default(), stat.st_ino),
        media_type,
    }))
}

/// The folders of a program's address, which are those that it lies in.
fn way_to(address: &str) -> Vec<String> {
    let folder = address.rsplit_once('/').map_or("", |(folder, _)| folder);
    folder.split('/').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn is_file(place: &OwnedFd, name: &str) -> bool {
    entry(place, name).is_ok_and(|(_, stat)| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile)
}

/// What a name is in a folder. Hidden files and what was left behind are not there for anybody.
fn entry(place: &OwnedFd, name: &str) -> Result<(OwnedFd, Stat), Problem> {
    let lower = name.to_ascii_lowercase();
    if name.starts_with('.') || LEFT_BEHIND.iter().any(|ending| lower.ends_with(ending)) {
        return Err(Problem::NotFound);
    }
    let entry = open_in(place, name, OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC).map_err(missing)?;
    let stat = fstat(&entry).map_err(missing)?;
    Ok((entry, stat))
}

fn open_in(place: &OwnedFd, name: &str, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    openat2(place, name, flags, Mode::empty(), resolve)
}

fn missing(errno: Errno) -> Problem {
    match errno {
        Errno::MFILE | Errno::NFILE | Errno::NOMEM | Errno::IO => Problem::Failed,
        _ => Problem::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use portreeve_types::Service;

    use super::*;

    fn plugins() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let area = root.path().join("3rdparty");
        fs::create_dir_all(area.join("a/sub")).unwrap();
        for name in
            ["a/page.html", "a/run.cgi", "a/Run.PHP", "a/.hidden.html", "a/page.html~", "a/page.html.bak"]
        {
            fs::write(area.join(name), name).unwrap();
        }
        for name in ["a/settings.inc", "a/index.html", "secret.html"] {
            fs::write(area.join(name), name).unwrap();
        }
        fs::write(root.path().join("outside.html"), "x").unwrap();
        symlink("../../outside.html", area.join("a/link.html")).unwrap();
        symlink("a", area.join("b")).unwrap();
        root
    }

    fn seen(root: &Path, path: &str) -> String {
        let address = Address::of(Service::Cpanel, path).unwrap();
        match look(root, &address) {
            Ok(Found::File(file)) => format!("file {}", file.media_type),
            Ok(Found::Program(script)) => format!("program {} {}", script.address, script.path_info),
            Ok(Found::Folder) => "folder".to_owned(),
            Err(_) => "nothing".to_owned(),
        }
    }

    #[test]
    fn files_programs_and_indexes_are_found() {
        let root = plugins();
        for (path, what) in [
            ("/3rdparty/a/page.html", "file text/html; charset=\"utf-8\""),
            ("/3rdparty/a/", "file text/html; charset=\"utf-8\""),
            ("/3rdparty/a", "folder"),
            ("/3rdparty/a/run.cgi", "program /3rdparty/a/run.cgi "),
            ("/3rdparty/a/run.cgi/x/y", "program /3rdparty/a/run.cgi /x/y"),
            ("/3rdparty/a/Run.PHP", "program /3rdparty/a/Run.PHP "),
        ] {
            assert_eq!(seen(root.path(), path), what, "{path}");
        }
    }

    #[test]
    fn links_hidden_files_sources_and_leftovers_are_not_there() {
        let root = plugins();
        for path in [
            "/3rdparty/a/link.html",
            "/3rdparty/b/page.html",
            "/3rdparty/a/.hidden.html",
            "/3rdparty/a/page.html~",
            "/3rdparty/a/page.html.bak",
            "/3rdparty/a/settings.inc",
            "/3rdparty/a/page.html/x",
            "/3rdparty/a//page.html",
            "/3rdparty/a/sub/",
            "/3rdparty/a/sub",
            "/3rdparty/none/page.html",
        ] {
            assert_eq!(seen(root.path(), path), "nothing", "{path}");
        }
    }
}
