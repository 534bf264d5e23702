//! Certificates of one run: an authority that everybody trusts, one that nobody does, and what they sign.
use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};

/// A certificate and its key, PEM.
#[derive(Debug, Clone)]
pub struct Keys {
    /// The certificate.
    pub certificate: String,
    /// Its key.
    pub key: String,
}

/// An authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate, PEM.
    pub certificate: String,
}

impl Authority {
    /// A new one.
    ///
    /// # Errors
    /// No key can be made.
    pub fn new(name: &str) -> Result<Authority> {
        let key = KeyPair::generate().context("a key for an authority")?;
        let mut params = named(name)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key)?.pem();
        Ok(Authority {
            issuer: Issuer::new(params, key),
            certificate,
        })
    }

    /// A server's certificate for these names.
    ///
    /// # Errors
    /// A name that no certificate can hold.
    pub fn server(&self, names: &[String]) -> Result<Keys> {
        let mut params = CertificateParams::new(names.to_vec())?;
        params.distinguished_name.push(
            DnType::CommonName,
            names.first().map_or("server", String::as_str).to_owned(),
        );
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(&params)
    }

    /// A client's certificate.
    ///
    /// # Errors
    /// No key can be made.
    pub fn client(&self, name: &str) -> Result<Keys> {
        let mut params = named(name)?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(&params)
    }

    fn sign(&self, params: &CertificateParams) -> Result<Keys> {
        let key = KeyPair::generate().context("a key")?;
        Ok(Keys {
            certificate: params.signed_by(&key, &self.issuer)?.pem(),
            key: key.serialize_pem(),
        })
    }
}

fn named(name: &str) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}

/// All certificates of a run.
pub struct Pki {
    /// Signs everything that is to be trusted.
    pub authority: Authority,
    /// A client of the authority.
    pub client: Keys,
    /// A client of an authority that nobody knows.
    pub stranger: Keys,
}

impl Pki {
    /// New keys.
    ///
    /// # Errors
    /// No key can be made.
    pub fn new() -> Result<Pki> {
        let authority = Authority::new("stand")?;
        let client = authority.client("client.example.test")?;
        let stranger = Authority::new("somebody else")?.client("stranger.example.test")?;
        Ok(Pki {
            authority,
            client,
            stranger,
        })
    }
}
