//! As which system user a run is made.

use std::ffi::CString;
use std::str::FromStr;

use nix::unistd::{Gid, Uid, User, getgrouplist, getuid};
use portreeve_types::UserName;

use crate::outcome::Refusal;

/// The users that this spawner gives out, fixed when it is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Users {
    /// The spawner is root: accounts' own system users, and this one for everybody else.
    Switch {
        /// The unprivileged user's name.
        unprivileged: String,
    },
    /// Every run is made as the spawner's own user, which is not root: for a sandbox of somebody who says so.
    Own,
}

/// The user that the server wants for a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunAs {
    /// The account's own system user.
    Account(UserName),
    /// The unprivileged user.
    Unprivileged,
}

/// The first number of ordinary system users.
const FIRST_ORDINARY: u32 = 1000;

/// A user that a program may run as.
pub(crate) struct Identity {
    pub(crate) uid: Uid,
    pub(crate) gid: Gid,
    /// The groups to set; none when the process keeps what it has.
    pub(crate) groups: Option<Vec<Gid>>,
}

impl Users {
    /// Whom a run is made as. Never root, and never a system account of the machine's own by an account's name.
    pub(crate) fn identity(&self, wanted: &RunAs) -> Result<Identity, Refusal> {
        let identity = match (self, wanted) {
            (Users::Own, _) => Identity { uid: getuid(), gid: nix::unistd::getgid(), groups: None },
            (Users::Switch { unprivileged }, RunAs::Unprivileged) => named(unprivileged)?,
            (Users::Switch { .. }, RunAs::Account(name)) => {
                let identity = named(name.as_str())?;
                if identity.uid.as_raw() < FIRST_ORDINARY {
                    return Err(Refusal::User);
                }
                identity
            }
        };
        // whatever the records of the system say
        if identity.uid.is_root() || (identity.groups.is_some() && identity.gid.as_raw() == 0) {
            return Err(Refusal::User);
        }
        Ok(identity)
    }
}

fn named(name: &str) -> Result<Identity, Refusal> {
    let user = User::from_name(name).ok().flatten().ok_or(Refusal::User)?;
    let c_name = CString::new(name).map_err(|_| Refusal::User)?;
    let groups = getgrouplist(&c_name, user.gid).map_err(|_| Refusal::User)?;
    let groups = groups.into_iter().filter(|group| group.as_raw() != 0).collect();
    Ok(Identity { uid: user.uid, gid: user.gid, groups: Some(groups) })
}

/// As the spawner's command line has it: the unprivileged user's name, or `=` for the spawner's own user.
impl std::fmt::Display for Users {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Users::Switch { unprivileged } => unprivileged,
            Users::Own => "=",
        })
    }
}

impl FromStr for Users {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Users, Self::Err> {
        Ok(match text {
            "=" => Users::Own,
            name => Users::Switch { unprivileged: name.to_owned() },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn switch(unprivileged: &str) -> Users {
        Users::Switch { unprivileged: unprivileged.to_owned() }
    }

    #[test]
    fn nobody_runs_as_root_whatever_the_configuration_says() {
        assert!(switch("root").identity(&RunAs::Unprivileged).is_err());
        assert!(switch("nobody").identity(&RunAs::Account("root".parse().unwrap())).is_err());
        assert_eq!(Users::Own.identity(&RunAs::Unprivileged).is_err(), getuid().is_root());
    }

    #[test]
    fn an_account_named_like_a_user_of_the_machine_does_not_become_that_user() {
        for name in ["daemon", "mail", "bin"] {
            assert!(switch("nobody").identity(&RunAs::Account(name.parse().unwrap())).is_err(), "{name}");
        }
        assert!(switch("nobody").identity(&RunAs::Account("nosuchuser".parse().unwrap())).is_err());
    }

    #[test]
    fn the_unprivileged_user_is_looked_up_by_name() {
        let identity =
            switch("nobody").identity(&RunAs::Unprivileged).unwrap_or_else(|_| panic!("no nobody"));
        assert!(!identity.uid.is_root());
    }

    #[test]
    fn a_choice_survives_the_command_line() {
        for users in [switch("nobody"), Users::Own] {
            assert_eq!(users.to_string().parse(), Ok(users));
        }
    }
}
