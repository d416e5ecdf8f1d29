//! A certificate authority of the sandbox's own and the server's certificate.
//!
//! Trusting `ca.pem` is better than switching verification off: a script that is written so works unchanged
//! against a real server.

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

use super::directory::{Directory, write_secret};

/// The server's certificate with its chain, and its key, as PEM text.
pub(super) struct Certificate {
    pub(super) chain: String,
    pub(super) key: String,
}

/// Where the authority's certificate lies.
pub(super) const CA: &str = "tls/ca.pem";

/// Signs a certificate for this start; the authority stays the same as long as the directory does.
pub(super) fn make(directory: &Directory, host_name: &str, listen: IpAddr) -> Result<Certificate> {
    let authority = authority(directory)?;
    let mut names =
        vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned(), host_name.to_owned()];
    if !listen.is_loopback() && !listen.is_unspecified() {
        names.push(listen.to_string());
    }
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

fn authority(directory: &Directory) -> Result<Issuer<'static, KeyPair>> {
    let key_path = directory.path("keys/ca.key");
    let mut params = CertificateParams::new(Vec::new()).context("naming the authority")?;
    params.distinguished_name.push(DnType::CommonName, "Portreeve sandbox CA");
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

fn write_public(path: &Path, content: &str) -> Result<()> {
    fs::write(path, content).with_context(|| format!("writing {}", path.display()))
}
