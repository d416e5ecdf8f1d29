//! Who the programs of an installation run as, and the directories that are theirs.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use portreeve_config::Configuration;
use portreeve_helper::SystemUser;
use rustix::fs::OFlags;
use rustix::process::geteuid;

use super::{data_directory, privileges};

/// The user to become: the configured one when this is root, nobody else otherwise.
pub(crate) fn to_become(user: &portreeve_config::SystemUser) -> Result<Option<SystemUser>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let name = user.as_str();
    let found = SystemUser::named(name).with_context(|| format!("looking up the system user {name}"))?;
    let Some(user) = found else {
        bail!(
            "there is no system user {name}, whom the server is to run as: make it with \
             `useradd --system --no-create-home --shell /usr/sbin/nologin {name}`, or name another in server.user"
        );
    };
    check(name, &user)?;
    Ok(Some(user))
}

/// Giving up root is not enough while its group stays: much is open to that.
fn check(name: &str, user: &SystemUser) -> Result<()> {
    ensure!(
        !user.groups.contains(&0),
        "{name}, whom the server is to run as, is in root's group: take it out, or name another in server.user"
    );
    Ok(())
}

/// For the programs beside the server: makes the data directory, and becomes whom it belongs to.
pub(crate) fn enter(configuration: &Configuration) -> Result<()> {
    let user = to_become(&configuration.server.user)?;
    own_directory(&configuration.server.data_dir, data_directory::MODE, user.as_ref())?;
    if let Some(user) = &user {
        privileges::become_user(user)?;
    }
    privileges::seal()
}

/// Makes a directory that belongs to the user; one that exists has to.
pub(crate) fn own_directory(path: &Path, mode: u32, user: Option<&SystemUser>) -> Result<()> {
    let owner = user.map_or_else(|| geteuid().as_raw(), |user| user.uid);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("making {}", parent.display()))?;
    }
    let made = match DirBuilder::new().mode(mode).create(path) {
        Ok(()) => true,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
        Err(error) => return Err(error).with_context(|| format!("making {}", path.display())),
    };
    // through the directory itself: nobody can put a link in its place meanwhile
    let directory = fs::OpenOptions::new()
        .read(true)
        .custom_flags((OFlags::DIRECTORY | OFlags::NOFOLLOW).bits().cast_signed())
        .open(path)
        .with_context(|| format!("opening {}", path.display()))?;
    if let (true, Some(user)) = (made, user) {
        fchown(&directory, Some(user.uid), Some(user.gid))
            .with_context(|| format!("giving {} to its user", path.display()))?;
    }
    let found = directory.metadata().with_context(|| format!("looking at {}", path.display()))?.uid();
    if found != owner {
        bail!(
            "{} belongs to the user with the number {found}, not {owner}, whom the server runs as",
            path.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_in_roots_group_is_nobody_to_become() {
        let user =
            |groups: &[u32]| SystemUser { uid: 33, gid: 33, groups: groups.to_vec(), home: "/".into() };
        assert!(check("web", &user(&[33, 4])).is_ok());
        for groups in [&[0][..], &[33, 0]] {
            let why = check("web", &user(groups)).unwrap_err().to_string();
            assert!(why.contains("web") && why.contains("root's group"), "{why}");
        }
    }
}
