//! The admission webhook: reads reviews over TLS, asks the library, answers.
//!
//! `config` says how, `tls` holds the certificate and reads it again, `accept` takes connections, `router` and `handler` speak HTTP,
//! `room` bounds what is held, `service` judges, `metrics` counts. Nothing is stored and nobody is asked: replicas know nothing of each other.
#![deny(missing_docs)]

mod accept;
mod certificate;
pub mod config;
mod handler;
pub mod log;
mod metrics;
mod patience;
mod room;
mod router;
mod server;
mod service;
mod tls;

pub use config::Config;
pub use server::{Server, ServerError};
