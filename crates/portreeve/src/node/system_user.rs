//! Who the programs of an installation run as, and the directories that are theirs.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown};
use std::path::Path;

use anyhow::{Context, Result, bail};
use portreeve_config::{Configuration, SystemUser};
use rustix::fs::OFlags;
use rustix::process::geteuid;

use super::passwd::{self, User};
use super::privileges;

/// The user to become: the configured one when this is root, nobody else otherwise.
pub(crate) fn to_become(user: &SystemUser) -> Result<Option<User>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let name = user.as_str();
    let Some(user) = passwd::user(name)? else {
        bail!(
            "there is no system user {name}, whom the server is to run as: make it with \
             `useradd --system --no-create-home --shell /usr/sbin/nologin {name}`, or name another in server.user"
        );
    };
    Ok(Some(user))
}

/// For the programs beside the server: makes the data directory, and becomes whom it belongs to.
pub(crate) fn enter(configuration: &Configuration) -> Result<()> {
    let user = to_become(&configuration.server.user)?;
    own_directory(&configuration.server.data_dir, 0o711, user.as_ref())?;
    if let Some(user) = &user {
        privileges::become_user(user)?;
    }
    privileges::seal()
}

/// Makes a directory that belongs to the user; one that exists has to.
pub(crate) fn own_directory(path: &Path, mode: u32, user: Option<&User>) -> Result<()> {
    let owner = user.map_or_else(geteuid, |user| user.uid).as_raw();
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
        fchown(&directory, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
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
