//! As which system user a run is made.

use nix::unistd::{Gid, Uid, getgid, getuid};
use portreeve_types::UserName;

use crate::outcome::Refusal;
use crate::setup::Setup;
use crate::system_user::SystemUser;

/// The users that a spawner gives out, fixed when it is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Users {
    /// The spawner is root: accounts' own system users, and these for everybody else.
    Switch {
        /// The unprivileged user's name.
        unprivileged: String,
        /// The name of the one of WHM's programs; they are the unprivileged user's too when there is none.
        whm: Option<String>,
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
    /// The unprivileged user of WHM's programs.
    Whm,
}

/// A user that a program may run as.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) uid: Uid,
    pub(crate) gid: Gid,
    /// Whether the process becomes that user; it is already, otherwise.
    pub(crate) becomes: bool,
}

impl RunAs {
    /// Whether programs of several accounts run as this user.
    pub(crate) fn is_shared(&self) -> bool {
        !matches!(self, RunAs::Account(_))
    }
}

impl Setup {
    /// Whom a run is made as. Never root, never the server's own user, and never another user of the machine by an
    /// account's name.
    pub(crate) fn identity(&self, wanted: &RunAs) -> Result<Identity, Refusal> {
        let found = match (&self.users, wanted) {
            (Users::Own, _) if getuid().is_root() => return Err(Refusal::User),
            (Users::Own, _) => return Ok(Identity { uid: getuid(), gid: getgid(), becomes: false }),
            (Users::Switch { .. }, RunAs::Account(name)) => SystemUser::of_account(name, &self.homes),
            (Users::Switch { whm: Some(whm), .. }, RunAs::Whm) => SystemUser::named(whm),
            (Users::Switch { unprivileged, .. }, RunAs::Unprivileged | RunAs::Whm) => {
                SystemUser::named(unprivileged)
            }
        };
        let found = found.ok().flatten().ok_or(Refusal::User)?;
        // whatever the records of the system say
        if found.uid == 0 || found.gid == 0 || found.uid == self.server_uid {
            return Err(Refusal::User);
        }
        // its own group only: what a person who has this user may do beside that is no program's matter
        Ok(Identity { uid: Uid::from_raw(found.uid), gid: Gid::from_raw(found.gid), becomes: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn switch(unprivileged: &str, whm: Option<&str>) -> Setup {
        let whm = whm.map(str::to_owned);
        Setup {
            users: Users::Switch { unprivileged: unprivileged.to_owned(), whm },
            server_uid: 4321,
            homes: "/home".into(),
            plugins: "/plugins".into(),
        }
    }

    fn uid(setup: &Setup, run_as: &RunAs) -> Option<u32> {
        setup.identity(run_as).ok().map(|identity| identity.uid.as_raw())
    }

    #[test]
    fn nobody_runs_as_root_or_as_the_server_whatever_the_configuration_says() {
        assert_eq!(uid(&switch("root", None), &RunAs::Unprivileged), None);
        assert_eq!(uid(&switch("nobody", Some("root")), &RunAs::Whm), None);
        assert_eq!(uid(&switch("nobody", None), &RunAs::Account("root".parse().unwrap())), None);
        let nobody = uid(&switch("nobody", None), &RunAs::Unprivileged).unwrap();
        let server = Setup { server_uid: nobody, ..switch("nobody", None) };
        assert_eq!(uid(&server, &RunAs::Unprivileged), None);
        let own = Setup { users: Users::Own, ..server };
        assert_eq!(own.identity(&RunAs::Unprivileged).is_err(), getuid().is_root());
    }

    #[test]
    fn an_account_named_like_a_user_of_the_machine_does_not_become_that_user() {
        // `nobody` has an ordinary number, but no account's home
        for name in ["daemon", "mail", "bin", "nobody", "nosuchuser"] {
            let account = RunAs::Account(name.parse().unwrap());
            assert_eq!(uid(&switch("games", None), &account), None, "{name}");
        }
    }

    #[test]
    fn whms_programs_have_a_user_of_their_own_where_one_is_named() {
        let own = switch("nobody", Some("games"));
        assert_ne!(uid(&own, &RunAs::Whm), uid(&own, &RunAs::Unprivileged));
        let shared = switch("nobody", None);
        assert_eq!(uid(&shared, &RunAs::Whm), uid(&shared, &RunAs::Unprivileged));
        assert!(uid(&shared, &RunAs::Whm).is_some());
    }
}
