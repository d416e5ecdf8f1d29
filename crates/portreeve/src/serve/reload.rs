//! SIGHUP: what takes effect without a restart, and what the log says of the rest.

use std::sync::Arc;

use portreeve_config::Configuration;
use portreeve_server::listener::Certificates;

use super::certificates;
use super::request_log::Reopen;
use crate::configuration::ConfigurationFile;

/// What is looked at again.
pub(super) struct Reload {
    pub(super) file: ConfigurationFile,
    /// The configuration that the server started with.
    pub(super) started: Configuration,
    pub(super) certificates: Arc<Certificates>,
    pub(super) log: Reopen,
}

impl Reload {
    /// Opens the request log anew, and reads the configuration and the certificate again. What is unusable leaves
    /// everything as it was.
    pub(super) fn again(&self) {
        self.log.reopen();
        let configuration = match self.file.read_again() {
            Ok(configuration) => configuration,
            Err(error) => return tracing::error!("nothing is changed: {error:#}"),
        };
        for section in configuration.differences(&self.started).into_iter().filter(|name| *name != "tls") {
            tracing::warn!("[{section}] differs from what the server started with: it takes a restart");
        }
        self.certificate(&configuration);
    }

    fn certificate(&self, configuration: &Configuration) {
        let files = match certificates::read(&configuration.tls) {
            Ok(Some(files)) => files,
            Ok(None) if self.started.tls.files().is_some() => {
                return tracing::warn!("[tls] names no files any more: it takes a restart");
            }
            // its own stays as it is until the next start
            Ok(None) => return tracing::info!("the configuration was read again"),
            Err(error) => return tracing::error!("the certificate stays as it was: {error:#}"),
        };
        let (chain, key) = files;
        match self.certificates.replace(&chain, &key) {
            Ok(true) => tracing::info!("the configuration was read again; the certificate is a new one"),
            Ok(false) => tracing::info!("the configuration was read again; the certificate is the same"),
            Err(error) => tracing::error!("the certificate stays as it was: {error}"),
        }
    }
}
