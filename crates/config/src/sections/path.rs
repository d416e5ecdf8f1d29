//! Paths that mean the same wherever a program is started.

use std::path::PathBuf;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// An absolute path.
pub(super) fn absolute<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    let path = PathBuf::deserialize(deserializer)?;
    if path.is_absolute() { Ok(path) } else { Err(D::Error::custom("a path here begins with /")) }
}

/// An absolute path, where there may be none.
pub(super) fn some_absolute<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    absolute(deserializer).map(Some)
}
