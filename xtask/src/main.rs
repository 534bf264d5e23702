//! What the project does to itself: `cargo xtask admission`, `cargo xtask conformance`, `cargo xtask support`.
mod admission;
mod case;
mod chart;
mod conformance;
mod judge;
mod migrate;
mod pass;
mod place;
mod report;
mod results;
mod sabotage;
mod say;
mod scenario;
mod schema;
mod self_test;
mod support;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "What the project does to itself")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sends objects through the webhook on a real Kubernetes API
    Admission(admission::Arguments),
    /// Renders the plain manifests from the Helm chart
    Chart(chart::Arguments),
    /// Runs the examples of the rules and the scenarios on a real Traefik behind a real Kubernetes API
    Conformance(conformance::Arguments),
    /// Writes docs/support.md, and what `nginx2traefik rules` knows of it, from the rules and the last recorded run
    Support(support::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Admission(arguments) => admission::run(&arguments),
        Command::Chart(arguments) => chart::run(&arguments),
        Command::Conformance(arguments) => conformance::run(&arguments),
        Command::Support(arguments) => support::run(&arguments),
    };
    done.unwrap_or_else(|error| {
        say::problem(&format!("error: {error:#}"));
        ExitCode::from(2)
    })
}
