//! System users of accounts: who an account is to the kernel, where the server has made one for it.

use std::path::Path;
use std::sync::Arc;

use nix::unistd::{Uid, User};
use portreeve_types::UserName;

use crate::error::DriverError;
use crate::{Homes, Step, blocking};

/// The system's user records.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemUsers;

/// The first number of ordinary users; below it are the machine's own.
const FIRST_ORDINARY: u32 = 1000;

impl SystemUsers {
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
    async fn numbers_that_the_system_does_not_know_or_keeps_for_itself_are_nobodys() {
        // root's home would be that of an account of its name
        let homes: Arc<dyn Homes> = Arc::new(crate::homes::Directories::new(Path::new("/")));
        for uid in [0, 1, 4_000_000] {
            let found = SystemUsers.account_of(uid, homes.clone()).await.unwrap();
            assert_eq!(found, None, "{uid}");
        }
    }
}
