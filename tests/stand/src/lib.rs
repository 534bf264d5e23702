//! A real kube-apiserver with etcd, a real Traefik and backends, in a network of their own.
//!
//! Nothing here is part of the product: it proves it. Everything that is started ends with the process that started it, because
//! all of it lives in that process's own PID namespace ([`namespace::enter`]).
#![deny(missing_docs)]

pub mod access;
pub mod backends;
pub mod client;
pub mod crds;
pub mod kubeapi;
mod late;
pub mod machine;
pub mod namespace;
pub mod pki;
pub mod traefik;
