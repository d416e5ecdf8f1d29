//! Files that are there whole or not at all.

use std::fs::{self, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Writes a file that only this user may read.
pub(crate) fn write_secret(path: &Path, content: &str) -> Result<()> {
    write(path, content, 0o600)
}

/// Writes a file that everybody may read.
pub(crate) fn write_public(path: &Path, content: &str) -> Result<()> {
    write(path, content, 0o644)
}

/// Where a file lies until it is whole.
pub(crate) fn staged(path: &Path) -> PathBuf {
    let mut staged = path.as_os_str().to_owned();
    staged.push(".new");
    staged.into()
}

fn write(path: &Path, content: &str, mode: u32) -> Result<()> {
    let staged = &staged(path);
    let written = (|| {
        // one that an interrupted write left may have another owner or mode
        let _ = fs::remove_file(staged);
        let mut file = OpenOptions::new().create_new(true).write(true).mode(mode).open(staged)?;
        // whatever the umask is
        file.set_permissions(Permissions::from_mode(mode))?;
        file.write_all(content.as_bytes())?;
        file.sync_all()?;
        fs::rename(staged, path)?;
        // the name has to survive a crash too
        fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    })();
    written.with_context(|| format!("writing {}", path.display()))
}
