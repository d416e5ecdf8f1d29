//! `portreeve keys`: the installation's keys, kept elsewhere and renewed.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use portreeve_config::Configuration;
use portreeve_crypt::{ExposeSecret, Keyring, SystemEntropy};
use portreeve_store::{recorded_key_id, rotate_key};
use portreeve_types::{Clock, SystemClock};

use crate::configuration::{ConfigurationFile, location};
use crate::node::data_directory::{DataDirectory, KEYRING};
use crate::node::files::write_secret;
use crate::node::{runtime, system_user};
use crate::terminal::{known_secret, new_secret};

/// What seals an export: shorter ones are guessed.
const SHORTEST_PASSPHRASE: usize = 12;

/// Keeps, brings back and renews the keys that the records' secrets are sealed with. Without them the records are
/// worth nothing.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
    /// The configuration; /etc/portreeve/portreeve.toml, which may be absent, when none is named.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Action {
    /// Write the keys to a new file, sealed with a passphrase from the terminal or standard input.
    Export {
        /// The file.
        file: PathBuf,
    },
    /// Take the keys from an export, on a node that has none yet.
    Import {
        /// The file.
        file: PathBuf,
    },
    /// Make a new key and seal the records' secrets with it, while no server uses them. Sessions end; passwords,
    /// API tokens and access hashes stay good.
    Rotate,
}

impl Arguments {
    pub(super) fn run(self) -> Result<()> {
        let (_, configuration) = ConfigurationFile::read(self.config.as_deref())?;
        let directory = DataDirectory::new(configuration.server.data_dir.clone());
        match self.action {
            Action::Export { file } => export(&directory, &file),
            Action::Import { file } => {
                let text =
                    fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
                system_user::enter(&configuration)?;
                runtime::on_this_thread()?.block_on(import(&directory, &configuration, &text))
            }
            Action::Rotate => {
                system_user::enter(&configuration)?;
                runtime::on_this_thread()?.block_on(rotate(&directory, &configuration))
            }
        }
    }
}

fn present(directory: &DataDirectory) -> Result<Keyring> {
    let root = directory.root().display();
    directory.present_keyring()?.with_context(|| format!("there are no keys in {root}"))
}

fn export(directory: &DataDirectory, path: &Path) -> Result<()> {
    let keyring = present(directory)?;
    let passphrase = new_secret("Passphrase for the export")?;
    let length = passphrase.expose_secret().chars().count();
    ensure!(length >= SHORTEST_PASSPHRASE, "the passphrase needs {SHORTEST_PASSPHRASE} characters or more");
    let text = keyring.to_export(&passphrase, &SystemEntropy);
    let written = (|| {
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
        writeln!(file, "{text}")?;
        file.sync_all()
    })();
    written.with_context(|| format!("writing {}", path.display()))?;
    println!("key {} is in {}", keyring.id(), path.display());
    Ok(())
}

async fn import(directory: &DataDirectory, configuration: &Configuration, text: &str) -> Result<()> {
    let passphrase = known_secret("Passphrase of the export")?;
    let keyring = Keyring::from_export(text, &passphrase)?;
    let _lock = directory.lock("server")?;
    directory.furnish()?;
    if let Some(present) = directory.present_keyring()? {
        bail!("{} has key {} already", directory.path(KEYRING).display(), present.id());
    }
    let recorded =
        recorded_key_id(&location(directory, configuration)).await.context("reading the records")?;
    if let Some(recorded) = recorded
        && keyring.with_current(&recorded).is_none()
    {
        bail!("the records were made under key {recorded}, but the export has key {}", keyring.id());
    }
    write_secret(&directory.path(KEYRING), keyring.to_text().expose_secret())?;
    println!("key {} is in {}", keyring.id(), directory.path(KEYRING).display());
    Ok(())
}

async fn rotate(directory: &DataDirectory, configuration: &Configuration) -> Result<()> {
    let _lock = directory.lock("server").context("stop the server first")?;
    let present = present(directory)?;
    let location = location(directory, configuration);
    let recorded = recorded_key_id(&location).await.context("reading the records")?;
    let Some(recorded) = recorded else { bail!("there are no records yet, so there is nothing to renew") };
    // a new key that the records do not name yet is one of a rotation that was interrupted here
    let rotated = if present.id() == recorded { present.rotated(&SystemEntropy) } else { present };
    write_secret(&directory.path(KEYRING), rotated.to_text().expose_secret())?;
    let node = directory.node(&SystemEntropy)?;
    let rotating = rotate_key(&location, &rotated, &SystemEntropy, &node, SystemClock.now());
    rotating.await.context("sealing the records' secrets anew")?;
    println!("key {} takes the place of {recorded}; sessions have ended", rotated.id());
    println!("exports and other nodes need the new key: `portreeve keys export`");
    Ok(())
}
