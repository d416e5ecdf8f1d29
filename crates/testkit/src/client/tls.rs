//! TLS that trusts the sandbox's own authority and nobody else.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Trust in one authority.
#[derive(Clone)]
pub(crate) struct TlsTrust(TlsConnector);

impl TlsTrust {
    pub(crate) fn in_authority(certificate: &Path) -> anyhow::Result<TlsTrust> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(certificate).context("reading the authority")?)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(TlsTrust(TlsConnector::from(Arc::new(config))))
    }

    pub(super) async fn connect<Io>(&self, stream: Io) -> anyhow::Result<TlsStream<Io>>
    where
        Io: AsyncRead + AsyncWrite + Unpin,
    {
        let name = ServerName::try_from("localhost")?;
        self.0.connect(name, stream).await.context("TLS handshake")
    }
}
