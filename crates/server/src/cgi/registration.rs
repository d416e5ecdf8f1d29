//! The files that register plugins: small, one for each plugin and purpose.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// The largest registration that makes sense.
const LARGEST: u64 = 64 << 10;

/// What was found in one file `NAME.toml`.
pub(crate) struct Found<T> {
    /// The file.
    pub(crate) file: PathBuf,
    /// Its name.
    pub(crate) name: String,
    /// What it registers.
    pub(crate) registered: Result<T, Fault>,
}

/// Why a file registers nothing.
pub(crate) struct Fault {
    /// The reason, with line and field where they are known.
    pub(crate) why: String,
    /// What the file says, where it can be read at all.
    pub(crate) text: Option<String>,
}

/// Every registration in a folder, in the order of the files' names.
pub(crate) async fn all<T: DeserializeOwned + Send + 'static>(
    folder: PathBuf,
) -> Result<Vec<Found<T>>, tokio::task::JoinError> {
    tokio::task::spawn_blocking(move || all_now(&folder)).await
}

/// The same, for whoever may block.
pub(super) fn all_now<T: DeserializeOwned>(folder: &Path) -> Vec<Found<T>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    files.into_iter().filter_map(found).collect()
}

fn found<T: DeserializeOwned>(file: PathBuf) -> Option<Found<T>> {
    let registered = match text(&file).transpose()? {
        Ok(text) => toml::from_str(&text).map_err(|error| Fault { why: error.to_string(), text: Some(text) }),
        Err(why) => Err(Fault { why, text: None }),
    };
    let name = file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Some(Found { file, name, registered })
}

/// A registration's text; none when there is no such file. The error says what is wrong with the file.
pub(super) fn text(file: &Path) -> Result<Option<String>, String> {
    let found = match fs::symlink_metadata(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        found => found.map_err(|error| error.to_string())?,
    };
    if !found.is_file() || found.len() > LARGEST {
        return Err("it is not a plain file of reasonable size".to_owned());
    }
    fs::read_to_string(file).map(Some).map_err(|error| error.to_string())
}
