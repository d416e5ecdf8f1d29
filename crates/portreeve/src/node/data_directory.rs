//! The data directory: what lies where.

use std::fs::{self, File, OpenOptions, Permissions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use portreeve_crypt::{Entropy, ExposeSecret, Keyring, random};
use portreeve_types::NodeName;
use tokio::net::UnixListener;

use super::files::write_secret;

/// Held by the process that uses the directory.
pub(crate) const LOCK: &str = "lock";

/// The installation's keys.
pub(crate) const KEYRING: &str = "keys/keyring";

/// What this node is called in the audit trail.
pub(crate) const NODE: &str = "node";

/// The heads of the audit trail's chains, as this node has seen them last.
pub(crate) const TRAIL_HEADS: &str = "trail_heads";

/// Random bytes of a node's name.
const NODE_BYTES: usize = 8;

/// The accounts' homes.
pub(crate) const HOMES: &str = "home";

/// Plugins.
pub(crate) const PLUGINS: &str = "plugins";

/// The directory's own mode: others pass through to what is theirs, and list nothing.
pub(crate) const MODE: u32 = 0o711;

/// One line for each request.
pub(crate) const REQUESTS: &str = "log/requests.jsonl";

/// What lies in it, and who else than its owner may do what there: programs that run as other users reach their own home
/// and the plugins; whatever is secret is closed to them.
const FOLDERS: [(&str, u32); 12] = [
    ("", MODE),
    (HOMES, 0o711),
    ("keys", 0o700),
    ("log", 0o700),
    (PLUGINS, 0o755),
    ("plugins/3rdparty", 0o755),
    ("plugins/cgi", 0o755),
    ("plugins/frontend", 0o755),
    ("plugins/webmail", 0o755),
    ("plugins/whm", 0o755),
    ("records", 0o700),
    ("tls", 0o755),
];

/// A data directory.
pub(crate) struct DataDirectory {
    root: PathBuf,
}

impl DataDirectory {
    /// A directory that exists.
    pub(crate) fn new(root: PathBuf) -> DataDirectory {
        DataDirectory { root }
    }

    /// The directory itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Has the directory to itself as long as the file is kept. It is said to be used by another of this kind.
    pub(crate) fn lock(&self, kind: &str) -> Result<File> {
        let path = self.path(LOCK);
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
        let file = file.with_context(|| format!("opening {}", path.display()))?;
        file.try_lock()
            .map_err(|_| anyhow!("{} is used by another {kind} that is running", self.root.display()))?;
        Ok(file)
    }

    /// Makes the directories in it.
    pub(crate) fn furnish(&self) -> Result<()> {
        for (name, mode) in FOLDERS {
            let path = self.path(name);
            fs::create_dir_all(&path).with_context(|| format!("making {}", path.display()))?;
            fs::set_permissions(&path, Permissions::from_mode(mode))
                .with_context(|| format!("protecting {}", path.display()))?;
        }
        Ok(())
    }

    /// The installation's keys; a new directory gets new ones.
    pub(crate) fn keyring(&self, entropy: &dyn Entropy) -> Result<Keyring> {
        if let Some(keyring) = self.present_keyring()? {
            return Ok(keyring);
        }
        let keyring = Keyring::generate(entropy);
        write_secret(&self.path(KEYRING), keyring.to_text().expose_secret())?;
        Ok(keyring)
    }

    /// The installation's keys, if there are any.
    pub(crate) fn present_keyring(&self) -> Result<Option<Keyring>> {
        let path = self.path(KEYRING);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        };
        let keyring = Keyring::from_text(text.trim_end()).map_err(|why| anyhow!("{}: {why}", path.display()));
        keyring.map(Some)
    }

    /// What this node is called; a new directory gets a new name.
    pub(crate) fn node(&self, entropy: &dyn Entropy) -> Result<NodeName> {
        if let Some(node) = self.present_node()? {
            return Ok(node);
        }
        let name = random::hex(entropy, NODE_BYTES);
        write_secret(&self.path(NODE), &name)?;
        name.parse().context("naming this node")
    }

    /// What this node is called, if it has a name.
    pub(crate) fn present_node(&self) -> Result<Option<NodeName>> {
        let path = self.path(NODE);
        match fs::read_to_string(&path) {
            Ok(text) => {
                let name = text.trim_end().parse();
                name.map(Some).with_context(|| format!("reading {}", path.display()))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
        }
    }
}

/// Binds the API socket, for programs on this machine.
pub(crate) fn bind_socket(path: &Path) -> Result<UnixListener> {
    clear_socket(path)?;
    let socket = UnixListener::bind(path)
        .with_context(|| format!("binding {} (a socket's path has at most 107 bytes)", path.display()))?;
    // who may do what is a matter of the peer's user, not of the file
    fs::set_permissions(path, Permissions::from_mode(0o666))
        .context("opening the API socket to all users")?;
    Ok(socket)
}

/// Makes room for a socket: takes away one that an earlier process left.
pub(crate) fn clear_socket(path: &Path) -> Result<()> {
    if UnixStream::connect(path).is_ok() {
        bail!("{} is used by another server that is running", path.display());
    }
    let _ = fs::remove_file(path);
    Ok(())
}
