//! `cargo xtask admission`: the webhook's own binary, registered with a real kube-apiserver.
mod cluster;
mod policy;
mod rotation;
mod scenes;
mod table;
mod webhook;

use crate::{place, say};
use anyhow::{Context, Result};
use cluster::Cluster;
use stand::kubeapi;
use stand::namespace::{self, Place};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The binary to run; built if it is not named
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// Leave the folder of the run, with the servers' logs
    #[arg(long)]
    keep: bool,
}

/// What was looked at, and what is wrong with it.
pub(crate) type Check = (String, Result<(), String>);

/// Runs it.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    if !namespace::inside() {
        stand::machine::check(&[])?;
        kubeapi::build(&place::root().join("tests/stand/kubeapi"), &place::cache())?;
        if arguments.binary.is_none() {
            build()?;
        }
    }
    let folder = place::run();
    if let Place::Outside(code) = namespace::enter(&folder)? {
        if arguments.keep {
            say::line(&format!("logs: {}", folder.display()));
        } else {
            let _ = std::fs::remove_dir_all(&folder);
        }
        return Ok(code);
    }
    let binary = arguments.binary.clone().unwrap_or_else(built);
    inside(&binary, &folder)
}

fn build() -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--locked", "-p", "nginx2traefik-cli"])
        .current_dir(place::root());
    let status = command.status().context("cargo build")?;
    anyhow::ensure!(status.success(), "the binary does not build");
    Ok(())
}

fn built() -> PathBuf {
    let target = place::cache().parent().map(Path::to_path_buf).unwrap_or_default();
    target.join("debug/nginx2traefik")
}

fn inside(binary: &Path, folder: &Path) -> Result<ExitCode> {
    let began = Instant::now();
    std::fs::create_dir_all(folder)?;
    let mut cluster = Cluster::start(binary, folder)?;
    let mut checks = table::run(&mut cluster)?;
    checks.extend(scenes::run(&mut cluster)?);
    checks.extend(rotation::run(&mut cluster)?);
    cluster.api.alive()?;
    drop(cluster);
    checks.extend(policy::run(binary, &folder.join("policy"))?);
    let mut failed = 0;
    for (name, result) in &checks {
        match result {
            Ok(()) => say::line(&format!("ok    {name}")),
            Err(why) => {
                failed += 1;
                say::line(&format!("FAIL  {name}\n      {why}"));
            }
        }
    }
    say::line(&format!(
        "{} of {} as they should be, {} s",
        checks.len() - failed,
        checks.len(),
        began.elapsed().as_secs()
    ));
    Ok(ExitCode::from(u8::from(failed > 0)))
}
