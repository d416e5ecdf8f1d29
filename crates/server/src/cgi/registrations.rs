//! Registrations: small files `NAME.toml` in one folder.

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// The largest registration that makes sense.
const LARGEST: u64 = 64 << 10;

/// Every registration in a folder that can be read, with its name, in the order of the names. One that cannot is
/// reported with line and field, and registers nothing.
pub(crate) async fn registrations<T: DeserializeOwned + Send + 'static>(
    folder: PathBuf,
) -> Result<Vec<(String, T)>, tokio::task::JoinError> {
    tokio::task::spawn_blocking(move || read_all(&folder)).await
}

fn read_all<T: DeserializeOwned>(folder: &Path) -> Vec<(String, T)> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    let found = files.iter().filter_map(|file| {
        let name = file.file_stem()?.to_str()?.to_owned();
        let read = read_one(file);
        read.inspect_err(|why| tracing::error!(file = %file.display(), why, "a plugin is not registered"))
            .ok()
            .map(|registration| (name, registration))
    });
    found.collect()
}

fn read_one<T: DeserializeOwned>(file: &Path) -> Result<T, String> {
    let found = fs::symlink_metadata(file).map_err(|error| error.to_string())?;
    if !found.is_file() || found.len() > LARGEST {
        return Err("it is not a plain file of reasonable size".to_owned());
    }
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    toml::from_str(&text).map_err(|error| error.to_string())
}
