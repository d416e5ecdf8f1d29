//! `[tls]`: the certificate.

use std::path::{Path, PathBuf};

use portreeve_types::Invalid;
use serde::Deserialize;

use super::path::some_absolute;

/// The certificate: two files, or one that the server makes for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Tls {
    files: Option<(PathBuf, PathBuf)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, deserialize_with = "some_absolute")]
    certificate: Option<PathBuf>,
    #[serde(default, deserialize_with = "some_absolute")]
    key: Option<PathBuf>,
}

impl Tls {
    /// The files of the certificate with its chain and of its key, both PEM; none when the server makes its own.
    #[must_use]
    pub fn files(&self) -> Option<(&Path, &Path)> {
        self.files.as_ref().map(|(certificate, key)| (certificate.as_path(), key.as_path()))
    }
}

impl TryFrom<Written> for Tls {
    type Error = Invalid;

    fn try_from(written: Written) -> Result<Tls, Invalid> {
        match (written.certificate, written.key) {
            (None, None) => Ok(Tls::default()),
            (Some(certificate), Some(key)) => Ok(Tls { files: Some((certificate, key)) }),
            (Some(_), None) => Err(Invalid("certificate needs key beside it".to_owned())),
            (None, Some(_)) => Err(Invalid("key needs certificate beside it".to_owned())),
        }
    }
}
