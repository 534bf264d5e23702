//! The certificate, its key and the clients' authorities: read at the start and again and again.
//!
//! The files are read and compared, not watched: a Secret volume is a symlink to a folder that is swapped as a whole
//! (kubernetes pkg/volume/util/atomic_writer.go), which a watch on the file does not see. New connections get the new certificate;
//! those that are open go on.
use crate::certificate;
use crate::config::Section;
use crate::metrics::Metrics;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file.
    #[error("cannot read `{path}`: {why}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// What is in a file.
    #[error("`{path}` {why}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The certificate and the key do not fit, or the like.
    #[error("the certificate cannot be used: {0}")]
    Use(#[from] rustls::Error),
}

/// The texts of the files.
#[derive(Clone, PartialEq, Eq)]
struct Files {
    certificate: Vec<u8>,
    key: Vec<u8>,
    client_ca: Option<Vec<u8>>,
}

/// What connections are made with now.
struct Current {
    files: Files,
    config: Arc<ServerConfig>,
    ends: i64,
}

/// The certificate of now.
pub(crate) struct Tls {
    section: Section,
    current: RwLock<Current>,
}

impl Tls {
    /// Reads the files.
    pub(crate) fn load(section: &Section) -> Result<Self, TlsError> {
        let current = Current::of(section, read(section)?)?;
        if current.ends <= now() {
            tracing::error!(
                ends = current.ends,
                "the certificate has ended: kube-apiserver will not speak to this webhook"
            );
        }
        Ok(Tls {
            section: section.clone(),
            current: RwLock::new(current),
        })
    }

    /// For a new connection.
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .config
            .clone()
    }

    /// Seconds since 1970 at which the certificate ends.
    pub(crate) fn ends(&self) -> i64 {
        self.current.read().unwrap_or_else(PoisonError::into_inner).ends
    }

    /// The certificate has ended: no client will take it.
    pub(crate) fn ended(&self) -> bool {
        self.ends() <= now()
    }

    /// Looks at the files again, for ever.
    pub(crate) async fn keep_fresh(self: Arc<Self>, metrics: Arc<Metrics>) {
        let every = Duration::from_secs(self.section.reload_seconds.max(1));
        let mut last_error = String::new();
        loop {
            tokio::time::sleep(every).await;
            match self.reload() {
                Ok(false) => {}
                Ok(true) => {
                    metrics.reloaded("success", self.ends());
                    tracing::info!(ends = self.ends(), "new certificate");
                    last_error.clear();
                }
                Err(error) => {
                    // said once, counted each time
                    metrics.reloaded("failure", self.ends());
                    let error = error.to_string();
                    if error != last_error {
                        tracing::error!(%error, "the new certificate is not taken; the one from before stays");
                        last_error = error;
                    }
                }
            }
        }
    }

    /// Whether something is new. What cannot be used, or has ended while the present one has not, is not taken.
    fn reload(&self) -> Result<bool, TlsError> {
        let files = read(&self.section)?;
        if self.current.read().unwrap_or_else(PoisonError::into_inner).files == files {
            return Ok(false);
        }
        let new = Current::of(&self.section, files)?;
        if new.ends <= now() && !self.ended() {
            return Err(TlsError::Content {
                path: self.section.certificate.clone(),
                why: "has ended".to_owned(),
            });
        }
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(true)
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

fn read(section: &Section) -> Result<Files, TlsError> {
    let file = |path: &Path| {
        std::fs::read(path).map_err(|why| TlsError::File {
            path: path.to_owned(),
            why,
        })
    };
    Ok(Files {
        certificate: file(&section.certificate)?,
        key: file(&section.key)?,
        client_ca: section.client_ca.as_deref().map(file).transpose()?,
    })
}

impl Current {
    fn of(section: &Section, files: Files) -> Result<Self, TlsError> {
        let content = |path: &Path, why: &str| TlsError::Content {
            path: path.to_owned(),
            why: why.to_owned(),
        };
        let chain = certificates(&section.certificate, &files.certificate)?;
        let ends = chain.first().and_then(|first| certificate::ends(first));
        let ends = ends.ok_or_else(|| content(&section.certificate, "holds no certificate"))?;
        let key =
            PrivateKeyDer::from_pem_slice(&files.key).map_err(|_| content(&section.key, "holds no private key"))?;
        // the one place that names the cryptography
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
        let builder = match (&section.client_ca, &files.client_ca) {
            (Some(path), Some(pem)) => {
                let mut roots = RootCertStore::empty();
                for authority in certificates(path, pem)? {
                    roots.add(authority)?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
                let verifier = verifier.map_err(|error| content(path, &format!("holds no authority: {error}")))?;
                builder.with_client_cert_verifier(verifier)
            }
            _ => builder.with_no_client_auth(),
        };
        let mut config = builder.with_single_cert(chain, key)?;
        // kube-apiserver speaks to webhooks in HTTP/1.1 only (apiserver pkg/util/webhook/client.go)
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // its client takes no session up again (no ClientSessionCache), so none are kept for it
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Current {
            files,
            config: Arc::new(config),
            ends,
        })
    }
}

fn certificates(path: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    read.map_err(|error| TlsError::Content {
        path: path.to_owned(),
        why: format!("holds no certificate: {error:?}"),
    })
}
