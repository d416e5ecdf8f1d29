//! Whose program may be run: suEXEC's rules.

use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::fs::{FileType, Mode, OFlags, ResolveFlags, Stat, fstat, openat2};

use crate::outcome::Refusal;

/// Whoever may own what is run: root, the server's user, and the user that it runs as when that is the account's own.
pub(crate) struct Owners {
    pub(crate) server: u32,
    pub(crate) account: Option<u32>,
}

const WRITABLE_BY_OTHERS: u32 = 0o022;

impl Owners {
    /// Checks a folder and a plain file in it.
    pub(crate) fn check(&self, folder: BorrowedFd<'_>, name: &str) -> Result<(), Refusal> {
        let file = open(folder, name)?;
        let file = fstat(&file).map_err(|_| Refusal::System)?;
        if FileType::from_raw_mode(file.st_mode) != FileType::RegularFile {
            return Err(Refusal::NotAFile);
        }
        for found in [file, fstat(folder).map_err(|_| Refusal::System)?] {
            self.check_one(&found)?;
        }
        Ok(())
    }

    fn check_one(&self, found: &Stat) -> Result<(), Refusal> {
        let owner = found.st_uid;
        if owner != 0 && owner != self.server && Some(owner) != self.account {
            return Err(Refusal::Owner);
        }
        if found.st_mode & WRITABLE_BY_OTHERS != 0 {
            return Err(Refusal::Writable);
        }
        Ok(())
    }
}

fn open(folder: BorrowedFd<'_>, name: &str) -> Result<OwnedFd, Refusal> {
    let flags = OFlags::PATH | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    openat2(folder, name, flags, Mode::empty(), resolve).map_err(|_| Refusal::NotAFile)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::fd::AsFd;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use rustix::process::getuid;

    use super::*;

    #[test]
    fn what_others_may_write_to_or_own_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.cgi");
        fs::write(&path, "").unwrap();
        fs::create_dir(root.path().join("folder")).unwrap();
        symlink("a.cgi", root.path().join("link.cgi")).unwrap();
        let folder = fs::File::open(root.path()).unwrap();
        let ours = Owners { server: getuid().as_raw(), account: None };
        let check = |owners: &Owners, name: &str| owners.check(folder.as_fd(), name);
        let mode = |path: &std::path::Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode));

        mode(&path, 0o755).unwrap();
        assert_eq!(check(&ours, "a.cgi"), Ok(()));
        assert_eq!(check(&ours, "folder"), Err(Refusal::NotAFile));
        assert_eq!(check(&ours, "link.cgi"), Err(Refusal::NotAFile));
        for bits in [0o775, 0o757] {
            mode(&path, bits).unwrap();
            assert_eq!(check(&ours, "a.cgi"), Err(Refusal::Writable));
        }
        mode(&path, 0o755).unwrap();
        mode(root.path(), 0o777).unwrap();
        assert_eq!(check(&ours, "a.cgi"), Err(Refusal::Writable));
        mode(root.path(), 0o755).unwrap();
        // giving files away takes root
        if getuid().is_root() {
            std::os::unix::fs::chown(&path, Some(4321), None).unwrap();
            assert_eq!(check(&ours, "a.cgi"), Err(Refusal::Owner));
            assert_eq!(check(&Owners { account: Some(4321), ..ours }, "a.cgi"), Ok(()));
        } else {
            assert_eq!(check(&Owners { server: 4321, account: None }, "a.cgi"), Err(Refusal::Owner));
        }
    }
}
