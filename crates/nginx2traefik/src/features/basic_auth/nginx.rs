//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// How the Secret holds its users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretFormat {
    /// auth-file: the key `auth` holds an htpasswd file.
    File,
    /// auth-map: each key is a user, its value the hash.
    Map,
}

/// auth-type, auth-secret, auth-realm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasicAuth {
    /// auth-type: digest
    pub digest: bool,
    /// auth-type as written
    pub kind: Setting<String>,
    /// Namespace and name of the Secret.
    pub secret: Setting<(String, String)>,
    /// auth-secret-type
    pub format: SecretFormat,
    /// auth-realm; empty by default
    pub realm: Setting<String>,
    /// `user:hash` lines where the Secret is among the inputs; never printed.
    pub users: Option<Users>,
}

/// Lines of an htpasswd file. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Users(pub Vec<String>);

impl std::fmt::Debug for Users {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} users", self.0.len())
    }
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> Option<BasicAuth> {
    None
}
