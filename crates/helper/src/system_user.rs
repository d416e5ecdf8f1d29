//! The system's users, as the machine's own look-up names them: the one reading of them.

use std::ffi::CString;
use std::io;
use std::path::{Path, PathBuf};

use nix::unistd::{Gid, User, getgrouplist};
use portreeve_types::UserName;

/// A system user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemUser {
    /// Its number.
    pub uid: u32,
    /// Its own group.
    pub gid: u32,
    /// All of its groups, its own among them.
    pub groups: Vec<u32>,
    /// Its home directory.
    pub home: PathBuf,
}

/// The first number of ordinary users; below it are the machine's own.
const FIRST_ORDINARY: u32 = 1000;

impl SystemUser {
    /// The user of this name, if there is one. May block.
    ///
    /// # Errors
    /// When the system cannot say.
    pub fn named(name: &str) -> io::Result<Option<SystemUser>> {
        let Some(user) = User::from_name(name)? else { return Ok(None) };
        let groups = getgrouplist(&CString::new(name)?, user.gid)?;
        Ok(Some(SystemUser {
            uid: user.uid.as_raw(),
            gid: user.gid.as_raw(),
            groups: groups.into_iter().map(Gid::as_raw).collect(),
            home: user.dir,
        }))
    }

    /// An account's system user: an ordinary user of the same name whose home is the account's. A user who merely
    /// has the same name is not the account's. May block.
    ///
    /// # Errors
    /// When the system cannot say.
    pub fn of_account(account: &UserName, homes: &Path) -> io::Result<Option<SystemUser>> {
        let found = SystemUser::named(account.as_str())?;
        Ok(found.filter(|found| found.is_ordinary_at(&homes.join(account.as_str()))))
    }

    fn is_ordinary_at(&self, home: &Path) -> bool {
        self.uid >= FIRST_ORDINARY && self.gid != 0 && self.home == home
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(uid: u32, gid: u32, home: &str) -> SystemUser {
        SystemUser { uid, gid, groups: vec![gid], home: home.into() }
    }

    #[test]
    fn a_user_is_the_accounts_by_name_number_and_home() {
        let home = Path::new("/home/cptest");
        assert!(user(1000, 1000, "/home/cptest").is_ordinary_at(home));
        assert!(!user(999, 1000, "/home/cptest").is_ordinary_at(home));
        assert!(!user(0, 0, "/home/cptest").is_ordinary_at(home));
        assert!(!user(1000, 0, "/home/cptest").is_ordinary_at(home));
        assert!(!user(1000, 1000, "/home/other").is_ordinary_at(home));
    }

    #[test]
    fn names_that_the_system_does_not_know_or_keeps_for_itself_are_nobodys() {
        for name in ["root", "daemon", "nosuchuser"] {
            let found = SystemUser::of_account(&name.parse().unwrap(), Path::new("/")).unwrap();
            assert_eq!(found, None, "{name}");
        }
        assert_eq!(SystemUser::named("root").unwrap().unwrap().uid, 0);
        assert_eq!(SystemUser::named("no such user").unwrap(), None);
    }
}
