//! Whose program may be run: suEXEC's rules, for the program and for every folder down to it.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{FileType, Mode, OFlags, ResolveFlags, Stat, fstat, openat2};

use crate::outcome::Refusal;

/// Whoever may own what is run: root, the server's user, and the user that it runs as when that is the account's own.
pub(crate) struct Owners {
    pub(crate) server: u32,
    pub(crate) account: Option<u32>,
}

const WRITABLE_BY_OTHERS: u32 = 0o022;

impl Owners {
    /// Walks from the plugin folder down to a plain file, and answers the file's own folder. Nobody else could have put
    /// another folder in the place of one of these, or could yet: so the file is the same by its path too.
    pub(crate) fn find(&self, plugins: OwnedFd, folders: &[String], name: &str) -> Result<OwnedFd, Refusal> {
        let mut place = plugins;
        self.check(&place, FileType::Directory)?;
        for folder in folders {
            place = open(place.as_fd(), folder)?;
            self.check(&place, FileType::Directory)?;
        }
        self.check(&open(place.as_fd(), name)?, FileType::RegularFile)?;
        Ok(place)
    }

    fn check(&self, found: &OwnedFd, kind: FileType) -> Result<(), Refusal> {
        let Stat { st_mode: mode, st_uid: owner, .. } = fstat(found).map_err(|_| Refusal::System)?;
        if FileType::from_raw_mode(mode) != kind {
            return Err(Refusal::NotAFile);
        }
        if owner != 0 && owner != self.server && Some(owner) != self.account {
            return Err(Refusal::Owner);
        }
        if mode & WRITABLE_BY_OTHERS != 0 {
            return Err(Refusal::Writable);
        }
        Ok(())
    }
}

fn open(place: BorrowedFd<'_>, name: &str) -> Result<OwnedFd, Refusal> {
    let flags = OFlags::PATH | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    openat2(place, name, flags, Mode::empty(), resolve).map_err(|_| Refusal::NotAFile)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, chown, symlink};
    use std::path::Path;

    use rustix::process::getuid;

    use super::*;

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn what_others_may_write_to_or_own_is_refused_on_the_whole_way_down() {
        let root = tempfile::tempdir().unwrap();
        let (outer, inner) = (root.path().join("outer"), root.path().join("outer/inner"));
        fs::create_dir_all(&inner).unwrap();
        let path = inner.join("a.cgi");
        fs::write(&path, "").unwrap();
        fs::create_dir(inner.join("folder")).unwrap();
        symlink("a.cgi", inner.join("link.cgi")).unwrap();
        symlink("inner", outer.join("link")).unwrap();
        let check = |owners: &Owners, folders: [&str; 2], name: &str| {
            let plugins = fs::File::open(root.path()).unwrap().into();
            owners.find(plugins, &folders.map(str::to_owned), name).map(drop)
        };
        let (ours, good) = (Owners { server: getuid().as_raw(), account: None }, ["outer", "inner"]);
        for place in [root.path(), &outer, &inner, &path] {
            mode(place, 0o755);
        }
        assert_eq!(check(&ours, good, "a.cgi"), Ok(()));
        for (folders, name) in
            [(good, "folder"), (good, "link.cgi"), (good, "none.cgi"), (["outer", "link"], "a.cgi")]
        {
            assert_eq!(check(&ours, folders, name), Err(Refusal::NotAFile), "{folders:?} {name}");
        }
        for place in [root.path(), &outer, &inner, &path] {
            for bits in [0o775, 0o757] {
                mode(place, bits);
                assert_eq!(check(&ours, good, "a.cgi"), Err(Refusal::Writable), "{}", place.display());
            }
            mode(place, 0o755);
            // giving files away takes root
            if getuid().is_root() {
                chown(place, Some(4321), None).unwrap();
                assert_eq!(check(&ours, good, "a.cgi"), Err(Refusal::Owner), "{}", place.display());
                assert_eq!(check(&Owners { account: Some(4321), ..ours }, good, "a.cgi"), Ok(()));
                chown(place, Some(0), None).unwrap();
            }
        }
        if !getuid().is_root() {
            let others = Owners { server: 4321, account: None };
            assert_eq!(check(&others, good, "a.cgi"), Err(Refusal::Owner));
        }
    }
}
