//! System users of accounts: who an account is to the kernel, where the server has made one for it.

use std::path::Path;
use std::sync::Arc;

use nix::unistd::{Uid, User};
use portreeve_types::UserName;

use crate::error::DriverError;
use crate::{Homes, Step, blocking};

/// The system user of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SystemUser {
    /// Its number.
    pub uid: u32,
    /// Its own group.
    pub gid: u32,
}

/// The system's user records.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemUsers;

/// The first number of ordinary users; below it are the machine's own.
const FIRST_ORDINARY: u32 = 1000;

impl SystemUsers {
    /// An account's system user: an ordinary user of the same name whose home is the account's. A user who merely
    /// has the same name is not the account's.
    #[must_use]
    pub fn of<'a>(&'a self, user: &'a UserName, home: &'a Path) -> Step<'a, Option<SystemUser>> {
        let (user, home) = (user.clone(), home.to_owned());
        blocking(move || {
            let found = User::from_name(user.as_str()).map_err(|errno| DriverError::Io {
                action: "looking up the system user of",
                path: home.clone(),
                source: errno.into(),
            })?;
            Ok(found
                .filter(|found| is_accounts(found, &home))
                .map(|found| SystemUser { uid: found.uid.as_raw(), gid: found.gid.as_raw() }))
        })
    }

    /// The account whose system user has this number, if it is one's.
    #[must_use]
    pub fn account_of<'a>(&'a self, uid: u32, homes: Arc<dyn Homes>) -> Step<'a, Option<UserName>> {
        blocking(move || {
            let found = User::from_uid(Uid::from_raw(uid)).map_err(|errno| DriverError::Io {
                action: "looking up the user of",
                path: format!("number {uid}").into(),
                source: errno.into(),
            })?;
            Ok(found.and_then(|found| {
                let user: UserName = found.name.parse().ok()?;
                is_accounts(&found, &homes.path(&user)).then_some(user)
            }))
        })
    }
}

fn is_accounts(found: &User, home: &Path) -> bool {
    found.uid.as_raw() >= FIRST_ORDINARY && found.gid.as_raw() != 0 && found.dir == home
}

#[cfg(test)]
mod tests {
    use nix::unistd::{Gid, Uid};

    use super::*;

    fn user(uid: u32, gid: u32, home: &str) -> User {
        User {
            name: "cptest".to_owned(),
            passwd: c"x".to_owned(),
            uid: Uid::from_raw(uid),
            gid: Gid::from_raw(gid),
            gecos: c"".to_owned(),
            dir: home.into(),
            shell: "/bin/false".into(),
        }
    }

    #[test]
    fn a_user_is_the_accounts_by_name_number_and_home() {
        let home = Path::new("/home/cptest");
        assert!(is_accounts(&user(1000, 1000, "/home/cptest"), home));
        assert!(!is_accounts(&user(999, 1000, "/home/cptest"), home));
        assert!(!is_accounts(&user(0, 0, "/home/cptest"), home));
        assert!(!is_accounts(&user(1000, 0, "/home/cptest"), home));
        assert!(!is_accounts(&user(1000, 1000, "/home/other"), home));
    }

    #[tokio::test]
    async fn names_that_the_system_does_not_know_or_keeps_for_itself_are_nobodys() {
        for name in ["root", "daemon", "nosuchuser"] {
            let found = SystemUsers.of(&name.parse().unwrap(), Path::new("/root")).await.unwrap();
            assert_eq!(found, None, "{name}");
        }
    }
}
