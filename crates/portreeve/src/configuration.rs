//! Where the commands get the configuration from, and what they open with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use portreeve_config::{ConfigError, Configuration, DEFAULT_PATH, Store as Records};
use portreeve_crypt::{ExposeSecret, Keyring, SystemEntropy};
use portreeve_store::{Location, Setting, Store};
use portreeve_types::{NodeName, SystemClock};

use crate::node::data_directory::DataDirectory;

/// A configuration's file.
pub(crate) struct ConfigurationFile {
    path: PathBuf,
    /// Whether somebody named it: only the usual one may be absent.
    named: bool,
}

impl ConfigurationFile {
    /// Reads the file that was named, or the usual one.
    pub(crate) fn read(named: Option<&Path>) -> Result<(ConfigurationFile, Configuration)> {
        let path = named.unwrap_or(Path::new(DEFAULT_PATH)).to_owned();
        let file = ConfigurationFile { path, named: named.is_some() };
        let configuration = file.read_again()?;
        Ok((file, configuration))
    }

    /// Reads it again.
    pub(crate) fn read_again(&self) -> Result<Configuration> {
        let configuration = match Configuration::read(&self.path) {
            Err(ConfigError::Unreadable { source, .. })
                if !self.named && source.kind() == std::io::ErrorKind::NotFound =>
            {
                Configuration::default()
            }
            read => read?,
        };
        check_settings(&configuration).with_context(|| format!("in {}", self.path.display()))?;
        Ok(configuration)
    }
}

/// What `[settings]` seeds has to be settings that exist, with values that they may have.
fn check_settings(configuration: &Configuration) -> Result<()> {
    for (key, value) in &configuration.settings {
        let setting = Setting::find(key).with_context(|| format!("there is no setting “{key}”"))?;
        let (text, allowed) = (value.to_record(), setting.allowed);
        ensure!(allowed.allows(&text), "the setting “{key}” cannot be “{text}”: it is {allowed}");
    }
    Ok(())
}

/// Where the records of an installation are.
pub(crate) fn location(directory: &DataDirectory, configuration: &Configuration) -> Location {
    match &configuration.store {
        // an absolute path stands for itself
        Records::Sqlite(path) => Location::Sqlite(directory.root().join(path)),
        Records::Postgres(address) => Location::Postgres(address.expose_secret().to_owned()),
    }
}

/// Opens the records of an installation.
pub(crate) async fn open_store(
    directory: &DataDirectory,
    configuration: &Configuration,
    keyring: Arc<Keyring>,
    node: NodeName,
) -> Result<Store> {
    let location = location(directory, configuration);
    let opened = Store::open(&location, keyring, Arc::new(SystemClock), Arc::new(SystemEntropy), node).await;
    opened.with_context(|| match &configuration.store {
        Records::Sqlite(_) => format!("opening the records in {}", directory.root().display()),
        Records::Postgres(_) => "opening the records in PostgreSQL".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(settings: &str) -> Result<(), String> {
        let text = format!("[settings]\n{settings}\n");
        let configuration = Configuration::parse(Path::new("p.toml"), &text).unwrap();
        check_settings(&configuration).map_err(|error| error.to_string())
    }

    #[test]
    fn only_settings_that_exist_with_values_that_they_may_have_are_seeded() {
        for good in ["minpwstrength = 80", "requiressl = true", "cookieipvalidation = 'strict'"] {
            assert_eq!(checked(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("minpasswordstrength = 80", "there is no setting “minpasswordstrength”"),
            (
                "minpwstrength = 101",
                "the setting “minpwstrength” cannot be “101”: it is a whole number from 0 to 100",
            ),
            (
                "cookieipvalidation = true",
                "the setting “cookieipvalidation” cannot be “1”: it is one of disabled, loose, strict",
            ),
        ] {
            assert_eq!(checked(bad), Err(why.to_owned()));
        }
    }
}
