//! Takes Kubernetes manifests off ingress-nginx and onto Traefik.
//!
//! Data walks one line, and a stage imports only the stages before it:
//!
//! ```text
//! source -> model -> effective -> plan -> emit -> report
//! ```
//!
//! * [`source`]: the texts, and places in them;
//! * [`model`]: the Kubernetes objects that matter, each value with its place;
//! * [`effective`]: what ingress-nginx serves from them, decided once, and it can be asked;
//! * [`plan`]: what Traefik has to be given, and what differs;
//! * [`emit`]: new documents, and edits of the user's own.
//! * [`report`]: everything that is to be said, as data and as JSON.
//!
//! [`features`] holds one folder for each feature: `nginx.rs` belongs to `effective`, `traefik.rs` to `plan`.
//! `rules` holds what is known of every annotation. Problems in the user's input are [`finding::Finding`]s, never errors.
#![deny(missing_docs)]

pub mod admission;
pub mod cel;
pub mod controller_config;
pub mod effective;
pub mod emit;
pub mod features;
pub mod finding;
pub mod hidden;
pub mod installation;
pub mod lint;
pub mod model;
pub mod plan;
pub mod report;
pub mod rules;
pub mod secrets;
pub mod settings_file;
pub mod source;
pub mod walk;
