//! A certificate authority of the installation's own and the server's certificate.
//!
//! Trusting `ca.pem` is better than switching verification off: a script that is written so works unchanged
//! against a real server.

use std::fs;
use std::net::IpAddr;

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

use super::data_directory::DataDirectory;
use super::files::{write_public, write_secret};

/// The server's certificate with its chain, and its key, as PEM text.
pub(crate) struct Certificate {
    pub(crate) chain: String,
    pub(crate) key: String,
}

/// Where the authority's certificate lies.
pub(crate) const CA: &str = "tls/ca.pem";

/// Signs a certificate for this start; the authority, which is called as given, stays the same as long as the
/// directory does.
pub(crate) fn make(
    directory: &DataDirectory,
    authority_name: &str,
    host_name: &str,
    addresses: &[IpAddr],
) -> Result<Certificate> {
    let authority = authority(directory, authority_name)?;
    let mut names =
        vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned(), host_name.to_owned()];
    let specific = addresses.iter().filter(|address| !address.is_loopback() && !address.is_unspecified());
    names.extend(specific.map(IpAddr::to_string));
    names.sort();
    names.dedup();
    let mut params = CertificateParams::new(names).context("naming the certificate")?;
    params.distinguished_name.push(DnType::CommonName, host_name);
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2045, 1, 1);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().context("making a key")?;
    let leaf = params.signed_by(&key, &authority).context("signing the certificate")?;
    let certificate = Certificate { chain: leaf.pem(), key: key.serialize_pem() };
    write_secret(&directory.path("tls/server.key"), &certificate.key)?;
    write_public(&directory.path("tls/server.pem"), &certificate.chain)?;
    Ok(certificate)
}

fn authority(directory: &DataDirectory, name: &str) -> Result<Issuer<'static, KeyPair>> {
    let key_path = directory.path("keys/ca.key");
    let mut params = CertificateParams::new(Vec::new()).context("naming the authority")?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2045, 1, 1);
    if key_path.exists() {
        let text = fs::read_to_string(&key_path).context("reading the authority's key")?;
        let key = KeyPair::from_pem(&text).context("reading the authority's key")?;
        return Ok(Issuer::new(params, key));
    }
    let key = KeyPair::generate().context("making the authority's key")?;
    let certificate = params.self_signed(&key).context("signing the authority")?;
    write_public(&directory.path(CA), &certificate.pem())?;
    write_secret(&key_path, &key.serialize_pem())?;
    Ok(Issuer::new(params, key))
}
