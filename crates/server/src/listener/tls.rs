//! TLS: 1.2 and 1.3, forward secret suites only, HTTP/1.1 by ALPN.

use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

/// Why a certificate and its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// One of the two texts is not PEM.
    #[error("the {0} is not in PEM form")]
    Pem(&'static str),
    /// They do not fit, or are of a kind that is not supported.
    #[error("the certificate cannot be used: {0}")]
    Certificate(#[from] rustls::Error),
}

/// The certificate that is shown to clients. It can be replaced while they are served: connections that stand keep
/// what they were shown.
pub struct Certificates {
    config: Arc<ServerConfig>,
    shown: Arc<Shown>,
}

#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl Certificates {
    /// A certificate with its chain, and its key, both as PEM text.
    ///
    /// # Errors
    /// When they cannot be used, or do not belong to each other.
    pub fn new(chain: &str, key: &str) -> Result<Certificates, TlsError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let shown = Arc::new(Shown(RwLock::new(Arc::new(certified(chain, key, &provider)?))));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(shown.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec(), b"http/1.0".to_vec()];
        Ok(Certificates { config: Arc::new(config), shown })
    }

    /// How TLS is spoken with it, now and when it is replaced.
    #[must_use]
    pub fn config(&self) -> Arc<ServerConfig> {
        self.config.clone()
    }

    /// Shows another one from now on. Answers whether it is another one.
    ///
    /// # Errors
    /// When it cannot be used; the one before stays.
    pub fn replace(&self, chain: &str, key: &str) -> Result<bool, TlsError> {
        let new = Arc::new(certified(chain, key, self.config.crypto_provider())?);
        let mut shown = self.shown.0.write().unwrap_or_else(PoisonError::into_inner);
        let other = new.cert != shown.cert;
        *shown = new;
        Ok(other)
    }
}

fn certified(chain: &str, key: &str, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(chain.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|_| TlsError::Pem("certificate"))?;
    if chain.is_empty() {
        return Err(TlsError::Pem("certificate"));
    }
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| TlsError::Pem("key"))?;
    Ok(CertifiedKey::from_der(chain, key, provider)?)
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}
