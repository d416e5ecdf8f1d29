//! Why a configuration cannot be used.

use std::path::{Path, PathBuf};

use crate::place::Place;

/// Why a configuration cannot be used: for the person who wrote it.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something in it is wrong.
    #[error("{}, line {line}, {field}: {why}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The field, with its section: `listen.ports.whm`.
        field: String,
        /// What is wrong with it.
        why: String,
    },
}

impl ConfigError {
    pub(crate) fn new(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
        let Place { line, field } = Place::of(text, error.span().map_or(0, |span| span.start));
        ConfigError::Wrong { path: path.to_owned(), line, field, why: error.message().to_owned() }
    }
}
