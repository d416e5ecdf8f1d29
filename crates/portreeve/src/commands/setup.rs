//! `portreeve setup`: root's password, without which the server opens to nobody else.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use portreeve_config::Configuration;
use portreeve_crypt::{ExposeSecret, Hasher, Scheme, SecretString, SystemEntropy, strength};
use portreeve_store::{Account, ChangedBy, Means, NewAccount, Origin, Role, Writer};
use portreeve_types::{DomainName, Quota, Subject};

use crate::configuration::{ConfigurationFile, open_store};
use crate::node::data_directory::DataDirectory;
use crate::node::host_name::host_name;
use crate::node::{runtime, system_user};
use crate::terminal::new_secret;

/// Gives root a password, from the terminal or from the first line of standard input. A server that waits for it
/// opens its ports within a second.
#[derive(Args)]
pub struct Arguments {
    /// The configuration; /etc/portreeve/portreeve.toml, which may be absent, when none is named.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Arguments {
    pub(super) fn run(self) -> Result<()> {
        let (_, configuration) = ConfigurationFile::read(self.config.as_deref())?;
        system_user::enter(&configuration)?;
        runtime::on_this_thread()?.block_on(set_up(&configuration))
    }
}

async fn set_up(configuration: &Configuration) -> Result<()> {
    let directory = DataDirectory::new(configuration.server.data_dir.clone());
    // a server that runs has made the keys, and keeps accounts in memory
    let lock = directory.lock("server").ok();
    let (keyring, node) = if lock.is_some() {
        directory.furnish()?;
        (directory.keyring(&SystemEntropy)?, directory.node(&SystemEntropy)?)
    } else {
        let found = directory.present_keyring()?.zip(directory.present_node()?);
        found.context("the server is just starting: try again in a moment")?
    };
    let store = open_store(&directory, configuration, Arc::new(keyring), node).await?;
    let store = store.acting_for(Arc::new(Origin::of(Means::Command)));
    let accounts = store.accounts().await.context("reading the accounts")?;
    let root = accounts.iter().find(|account| account.role == Role::Administrator);
    if root.is_some() && lock.is_none() {
        bail!(
            "root has a password; to give another while the server runs, log in and change it, or stop the server"
        );
    }
    let least = store.policies().await.context("reading the settings")?.least_password_strength;
    let password = password(least)?;
    give(&store, configuration, root.map(AsRef::as_ref), password).await?;
    store.close().await.context("closing the records")?;
    println!("root has {} password", if root.is_some() { "a new" } else { "a" });
    Ok(())
}

fn password(least: u8) -> Result<SecretString> {
    let password = new_secret("Password for root")?;
    let text = password.expose_secret();
    ensure!((8..=255).contains(&text.chars().count()), "a password has 8 to 255 characters");
    ensure!(!text.chars().any(char::is_control), "a password has no control characters");
    let strength = strength(&password);
    ensure!(strength >= least, "the password is too weak: its strength is {strength}, and {least} is needed");
    Ok(password)
}

async fn give(
    store: &Writer,
    configuration: &Configuration,
    root: Option<&Account>,
    password: SecretString,
) -> Result<()> {
    let hasher = Hasher::new(Arc::new(SystemEntropy)).context("starting the hashing threads")?;
    let password = hasher.hash(password, Scheme::Panel).await.context("hashing the password")?;
    if let Some(root) = root {
        store
            .set_password(Subject::Account(root.id), &password, ChangedBy::Another)
            .await
            .context("changing the password")?;
        return Ok(());
    }
    let domain: DomainName = match &configuration.server.host_name {
        Some(name) => name.clone(),
        None => host_name().parse().context("naming the machine")?,
    };
    let new = NewAccount {
        user: "root".parse()?,
        owner: None,
        role: Role::Administrator,
        domain,
        password,
        email: String::new(),
        plan: "default".to_owned(),
        quota: Quota::UNLIMITED,
    };
    store.create_account(new).await.context("making root's account")?;
    Ok(())
}
