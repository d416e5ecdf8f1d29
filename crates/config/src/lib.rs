//! `portreeve.toml`: what a node needs to start. Policies are records; the file only seeds them.
//!
//! Every field has a default, so that an empty file is a configuration too. `packaging/portreeve.toml` shows them all.

mod error;
mod place;
mod sections;

use std::path::Path;

use serde::Deserialize;

pub use error::ConfigError;
pub use sections::{
    Cgi, Entrance, Limits, Listen, Naming, Observe, Ports, Proxied, Server, Setting, Store, SystemUser, Tls,
    TlsBy,
};

/// Where the file is, unless another is named.
pub const DEFAULT_PATH: &str = "/etc/portreeve/portreeve.toml";

/// A node's configuration.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Configuration {
    /// Who the server is, and where its data lies.
    pub server: Server,
    /// Where it listens.
    pub listen: Listen,
    /// Where the records are.
    pub store: Store,
    /// Its certificate.
    pub tls: Tls,
    /// How many connections it takes.
    pub limits: Limits,
    /// The programs of plugins.
    pub cgi: Cgi,
    /// Health and metrics.
    pub observe: Observe,
    /// Policies for an installation that has not set them yet.
    pub settings: std::collections::BTreeMap<String, Setting>,
}

impl Configuration {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or something in it is wrong: the error names the file, the line and the field.
    pub fn read(path: &Path) -> Result<Configuration, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        Configuration::parse(path, &text)
    }

    /// Reads a file's text; the path is for errors only.
    ///
    /// # Errors
    /// When something in it is wrong.
    pub fn parse(path: &Path, text: &str) -> Result<Configuration, ConfigError> {
        let configuration: Configuration =
            toml::from_str(text).map_err(|error| ConfigError::new(path, text, &error))?;
        Ok(configuration)
    }

    /// The sections that differ from another configuration's, by name.
    #[must_use]
    pub fn differences(&self, other: &Configuration) -> Vec<&'static str> {
        let sections = [
            ("server", self.server == other.server),
            ("listen", self.listen == other.listen),
            ("store", self.store == other.store),
            ("tls", self.tls == other.tls),
            ("limits", self.limits == other.limits),
            ("cgi", self.cgi == other.cgi),
            ("observe", self.observe == other.observe),
            ("settings", self.settings == other.settings),
        ];
        sections.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
    }
}

#[cfg(test)]
mod tests;
