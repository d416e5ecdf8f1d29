//! The data directory: where everything of a sandbox lies.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use portreeve_crypt::{Entropy, ExposeSecret, Keyring};
use tempfile::TempDir;
use tokio::net::UnixListener;

use super::credentials::Credentials;

/// A data directory that this process has to itself.
pub(super) struct Directory {
    root: PathBuf,
    /// Removes the directory when the sandbox ends, if it is a temporary one.
    _temporary: Option<TempDir>,
    /// Held as long as this process uses the directory.
    _lock: File,
}

/// Says that a directory holds a sandbox, and what its credentials are.
const CREDENTIALS: &str = "sandbox.json";

impl Directory {
    /// Opens a sandbox's directory, makes a missing one, or takes a temporary one.
    pub(super) fn open(given: Option<&Path>, reset: bool) -> Result<Directory> {
        let temporary = match given {
            Some(_) => None,
            None => {
                Some(tempfile::Builder::new().prefix("portreeve-").tempdir().context("making a directory")?)
            }
        };
        let root = match (given, &temporary) {
            (Some(given), _) => given.to_owned(),
            (None, Some(temporary)) => temporary.path().to_owned(),
            (None, None) => bail!("no directory"),
        };
        fs::create_dir_all(&root).with_context(|| format!("making {}", root.display()))?;
        let root = fs::canonicalize(&root).with_context(|| format!("finding {}", root.display()))?;
        refuse_strangers(&root)?;
        let lock = lock(&root)?;
        // without its credentials a sandbox was never finished: it is made anew
        if reset || !root.join(CREDENTIALS).exists() {
            empty(&root)?;
        }
        // programs that run as other users may pass through to their own home, and see nothing else
        fs::set_permissions(&root, Permissions::from_mode(0o711)).context("protecting the data directory")?;
        for (name, mode) in [("home", 0o711), ("keys", 0o700), ("log", 0o700), ("tls", 0o755)] {
            let path = root.join(name);
            fs::create_dir_all(&path).with_context(|| format!("making {}", path.display()))?;
            fs::set_permissions(&path, Permissions::from_mode(mode))?;
        }
        Ok(Directory { root, _temporary: temporary, _lock: lock })
    }

    /// The directory itself.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// A path in it.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The installation's keys; a new directory gets new ones.
    pub(super) fn keyring(&self, entropy: &dyn Entropy) -> Result<Keyring> {
        let path = self.path("keys/keyring");
        if path.exists() {
            let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            return Keyring::from_text(text.trim_end()).map_err(|why| anyhow!("{}: {why}", path.display()));
        }
        let keyring = Keyring::generate(entropy);
        write_secret(&path, keyring.to_text().expose_secret())?;
        Ok(keyring)
    }

    /// The credentials of a sandbox that was here before.
    pub(super) fn credentials(&self) -> Result<Option<Credentials>> {
        let path = self.path(CREDENTIALS);
        match fs::read(&path) {
            Ok(text) => Ok(Some(
                serde_json::from_slice(&text)
                    .with_context(|| format!("{} is damaged; use --reset", path.display()))?,
            )),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
        }
    }

    /// Keeps the credentials, to be printed again when the directory is opened again.
    pub(super) fn keep_credentials(&self, credentials: &Credentials) -> Result<()> {
        write_secret(&self.path("accesshash"), &credentials.access_hash_lines())?;
        write_secret(&self.path(CREDENTIALS), &serde_json::to_string_pretty(credentials)?)
    }

    /// The API socket, for programs on this machine.
    pub(super) fn socket(&self) -> Result<UnixListener> {
        let path = self.path("api.sock");
        // one that an earlier process left; the lock says that nobody else uses it
        let _ = fs::remove_file(&path);
        let socket = UnixListener::bind(&path)
            .with_context(|| format!("binding {} (a socket's path has at most 107 bytes)", path.display()))?;
        // who may do what is a matter of the peer's user, not of the file
        fs::set_permissions(&path, Permissions::from_mode(0o666))
            .context("opening the API socket to all users")?;
        Ok(socket)
    }
}

/// A directory with other things in it is not ours to fill.
fn refuse_strangers(root: &Path) -> Result<()> {
    let mut entries = fs::read_dir(root).with_context(|| format!("listing {}", root.display()))?;
    let ours = root.join("lock").exists() || root.join(CREDENTIALS).exists();
    if !ours && entries.next().is_some() {
        bail!("{} is not empty and holds no sandbox; name another directory", root.display());
    }
    Ok(())
}

fn lock(root: &Path) -> Result<File> {
    let path = root.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
    let file = file.with_context(|| format!("opening {}", path.display()))?;
    file.try_lock().map_err(|_| anyhow!("{} is used by another sandbox that is running", root.display()))?;
    Ok(file)
}

/// Removes everything but the lock.
fn empty(root: &Path) -> Result<()> {
    for entry in fs::read_dir(root)?.flatten().filter(|entry| entry.file_name() != "lock") {
        let path = entry.path();
        let removed =
            if entry.file_type()?.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.with_context(|| format!("removing {}", path.display()))?;
    }
    Ok(())
}

/// Writes a file that only this user may read; it is there whole or not at all.
pub(super) fn write_secret(path: &Path, content: &str) -> Result<()> {
    let staged = path.with_extension("new");
    let written = (|| {
        let mut file =
            OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&staged)?;
        file.write_all(content.as_bytes())?;
        file.sync_all()?;
        fs::rename(&staged, path)
    })();
    written.with_context(|| format!("writing {}", path.display()))
}
