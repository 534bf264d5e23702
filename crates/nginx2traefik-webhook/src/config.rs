//! How the webhook runs. Flags and files are read by the command line.
use nginx2traefik::admission::Policy;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that it is told.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where and how.
    pub section: Section,
    /// What is banned.
    pub policy: Policy,
}

/// The section `[webhook]` of the profile.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Section {
    /// Address of the reviews (TLS).
    pub listen: SocketAddr,
    /// Address of /healthz, /readyz and /metrics (plain HTTP).
    pub health_listen: SocketAddr,
    /// The certificate with its chain, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// Authorities of the clients, PEM. Where it is given, a client without a certificate of theirs is not heard.
    pub client_ca: Option<PathBuf>,
    /// The three files are looked at again after so many seconds.
    pub reload_seconds: u64,
    /// Threads; 0: one for each core.
    pub threads: usize,
    /// What one client may take.
    pub limits: Limits,
}

/// What one client may take, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// A body above it is answered 413. kube-apiserver itself takes no object above 3 MiB.
    pub body_bytes: usize,
    /// What all bodies of more than 16 KiB may hold at once; above it the answer is 429. At least `body_bytes`.
    pub held_bytes: usize,
    /// A review that is not read and answered in this time is answered 503.
    pub review_seconds: u64,
    /// A request's head has to be there in this time after its first byte, and a handshake after the connection.
    pub head_seconds: u64,
    /// A connection without a request is closed. Longer than the 90 seconds of Go's clients, so that they close first and no review is
    /// sent into a connection that has just gone.
    pub idle_seconds: u64,
    /// The first answer after so many seconds closes its connection: a client that keeps it for ever would never hear of a new replica
    /// or a new certificate. The client is told with the answer (`Connection: close`), so that nothing is sent into a closed connection.
    pub connection_seconds: u64,
    /// Reviews at the same time; above it the answer is 429.
    pub reviews: usize,
    /// Connections at the same time; above it a new one is closed.
    pub connections: usize,
    /// After SIGTERM reviews are taken for so long, while /readyz says 503 and the Service forgets this replica.
    pub drain_delay_seconds: u64,
    /// Then the reviews under way may take so long.
    pub drain_seconds: u64,
}

impl Default for Section {
    fn default() -> Self {
        Section {
            listen: SocketAddr::from(([0, 0, 0, 0], 8443)),
            health_listen: SocketAddr::from(([0, 0, 0, 0], 8080)),
            certificate: PathBuf::from("/tls/tls.crt"),
            key: PathBuf::from("/tls/tls.key"),
            client_ca: None,
            reload_seconds: 10,
            threads: 0,
            limits: Limits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body_bytes: 3 * 1024 * 1024,
            held_bytes: 4 * 1024 * 1024,
            review_seconds: 5,
            head_seconds: 10,
            idle_seconds: 120,
            connection_seconds: 300,
            reviews: 192,
            connections: 224,
            drain_delay_seconds: 5,
            drain_seconds: 20,
        }
    }
}

impl Limits {
    pub(crate) fn review(&self) -> Duration {
        Duration::from_secs(self.review_seconds)
    }

    pub(crate) fn head(&self) -> Duration {
        Duration::from_secs(self.head_seconds)
    }

    pub(crate) fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_seconds)
    }
}
