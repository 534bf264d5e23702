//! A request, and an answer. They belong to no side: a model of Traefik answers the same.
use std::net::IpAddr;

/// How a client connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    /// Port 80.
    Http,
    /// Port 443; SNI is the host.
    Https,
}

/// A client certificate, as far as an answer depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClientCertificate {
    /// Signed by the CA that the host trusts.
    Trusted,
    /// Of another CA.
    Unknown,
}

/// What a client sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// GET, ...
    pub method: String,
    /// Port and TLS.
    pub scheme: Scheme,
    /// The Host header.
    pub host: String,
    /// The request target as sent, with its query.
    pub target: String,
    /// In the order sent.
    pub headers: Vec<(String, String)>,
    /// Bytes of the body.
    pub body_size: u64,
    /// What it shows in the handshake.
    pub client_certificate: Option<ClientCertificate>,
    /// The peer's address; none: some address on no list.
    pub address: Option<IpAddr>,
}

impl Request {
    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(k, _)| k.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }
}

/// What a backend receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackendCall {
    /// `namespace/service:port`.
    pub service: String,
    /// As received.
    pub method: String,
    /// Request target as received, with the query.
    pub target: String,
    /// Host header as received.
    pub host: String,
    /// Headers that are set or changed on the way, beside the usual X-Forwarded-* of any proxy.
    pub headers: Vec<(String, String)>,
    /// Headers that the client sent and the backend does not get.
    pub without: Vec<String>,
}

/// What the client gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Answered by the proxy itself.
    Own {
        /// The status.
        status: u16,
        /// Headers that matter to a client.
        headers: Vec<(String, String)>,
    },
    /// The backend's answer; the status is the backend's.
    Backend {
        /// What it is sent.
        call: BackendCall,
        /// Headers added to its answer.
        headers: Vec<(String, String)>,
        /// Headers removed from its answer.
        removed: Vec<String>,
    },
    /// The connection is closed without an answer.
    Closed,
    /// Depends on what the model does not know: why.
    Unknown(String),
}
