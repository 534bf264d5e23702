//! Where things are in the project.
use std::path::{Path, PathBuf};

/// The project's folder.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// What is built once and kept: in Cargo's target folder.
pub(crate) fn cache() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("stand")
}

/// The folder of one run: the same inside and outside of the namespace.
pub(crate) fn run() -> PathBuf {
    let new = || cache().join(format!("run-{}", std::process::id()));
    stand::namespace::folder().unwrap_or_else(new)
}

/// The Go module that the Gateway API's schemas come from.
pub(crate) fn gateway_api() -> PathBuf {
    root().join("tests/stand/gateway-api")
}
