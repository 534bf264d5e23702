//! The TLS side of the backends that speak it.
use super::Tls;
use crate::pki::Pki;
use anyhow::Result;
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// How connections to an application are accepted; none where it speaks plain HTTP.
pub(super) fn acceptor(tls: Tls, names: &[String], pki: &Pki) -> Result<Option<TlsAcceptor>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pki.authority.certificate.as_bytes())?)?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let verifier = match tls {
        Tls::None => return Ok(None),
        Tls::ClientMay => verifier.allow_unauthenticated().build()?,
        Tls::ClientMust => verifier.build()?,
    };
    let keys = pki.authority.server(names)?;
    let chain = vec![CertificateDer::from_pem_slice(keys.certificate.as_bytes())?];
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(keys.key.as_bytes())?)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Some(TlsAcceptor::from(Arc::new(config))))
}
