//! A request, and an answer. They belong to no side: a model of Traefik answers the same.
use crate::features::backend_protocol::Protocol;
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
    /// Subject and issuer of that certificate, as nginx writes them (RFC 2253), where they are known.
    pub certificate_names: Option<(String, String)>,
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
    /// How it is reached; never [`Protocol::Auto`].
    pub protocol: Protocol,
    /// The name that its certificate has to hold; None: it is not verified.
    pub verified_as: Option<Box<str>>,
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
        /// Its status, where the [`World`] knows it.
        status: Option<u16>,
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

/// What an auth server is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthCall {
    /// The URL, with nginx's variables filled in.
    pub url: String,
    /// Its method.
    pub method: String,
    /// The headers that it gets, those of the client included.
    pub headers: Vec<(String, String)>,
}

/// What a backend or an auth server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// In order.
    pub headers: Vec<(String, String)>,
    /// How long it takes.
    pub seconds: u64,
}

/// What stands behind the proxy, as far as whoever asks knows it.
pub trait World {
    /// What an auth server answers; None: not known.
    fn auth(&self, call: &AuthCall) -> Option<Reply>;
    /// What a backend answers; None: not known.
    fn backend(&self, call: &BackendCall) -> Option<Reply>;
}

/// Nothing is known of what stands behind the proxy.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unseen;

impl World for Unseen {
    fn auth(&self, _: &AuthCall) -> Option<Reply> {
        None
    }

    fn backend(&self, _: &BackendCall) -> Option<Reply> {
        None
    }
}
