//! TLS as all sides speak it here: 1.3, AES-256-GCM, X25519, and nothing resumed.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::{cipher_suite, default_provider, kx_group};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Trust in one authority.
pub struct Trust(TlsConnector);

impl Trust {
    /// Trust in the authority that has this certificate.
    pub fn in_authority(certificate: &Path) -> Result<Trust> {
        let mut roots = RootCertStore::empty();
        roots.add(
            CertificateDer::from_pem_file(certificate).context("reading the authority's certificate")?,
        )?;
        let provider = CryptoProvider {
            cipher_suites: vec![cipher_suite::TLS13_AES_256_GCM_SHA384],
            kx_groups: vec![kx_group::X25519],
            ..default_provider()
        };
        let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&[&TLS13])?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.resumption = Resumption::disabled();
        Ok(Trust(TlsConnector::from(Arc::new(config))))
    }

    pub(super) async fn handshake(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from("localhost")?;
        self.0.connect(name, stream).await.context("shaking hands")
    }
}
