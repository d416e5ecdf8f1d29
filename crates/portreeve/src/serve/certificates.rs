//! The certificate: the configured one, or one that the server makes for itself.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use portreeve_config::{Configuration, Tls};
use portreeve_server::listener::Certificates;

use crate::node::certificate;
use crate::node::data_directory::DataDirectory;

/// The certificate to start with.
pub(super) fn load(
    directory: &DataDirectory,
    configuration: &Configuration,
    host_name: &str,
) -> Result<Arc<Certificates>> {
    let (chain, key) = match read(&configuration.tls)? {
        Some(files) => files,
        None => {
            let addresses = &configuration.listen.addresses;
            let made = certificate::make(directory, "Portreeve CA", host_name, addresses)?;
            (made.chain, made.key)
        }
    };
    Ok(Arc::new(Certificates::new(&chain, &key)?))
}

/// The configured files' texts; none when the server makes its own.
pub(super) fn read(tls: &Tls) -> Result<Option<(String, String)>> {
    let Some((certificate, key)) = tls.files() else { return Ok(None) };
    Ok(Some((text(certificate)?, text(key)?)))
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path)
        .with_context(|| format!("reading {}, as the user that the server runs as", path.display()))
}
