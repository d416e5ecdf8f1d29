//! The files that register plugins.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// The largest registration that makes sense.
const LARGEST: u64 = 64 << 10;

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
