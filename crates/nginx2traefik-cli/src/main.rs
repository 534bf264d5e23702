//! The command line of nginx2traefik: reads files, runs the library's stages, writes and shows what comes of it.
mod args;
#[cfg(feature = "webhook")]
mod certificate;
mod exit;
mod explain;
mod gateway_profile;
mod lint;
mod load;
mod migrate;
mod output;
mod policy;
mod profile;
mod progress;
mod project;
mod render;
mod rules_table;
#[cfg(feature = "webhook")]
mod webhook;

use args::{Cli, Command};
use clap::{CommandFactory, Parser};
use exit::Exit;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // help and version are no errors; a closed pipe is no reason to complain
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage.into()
            } else {
                Exit::Clean.into()
            };
        }
    };
    match run(&cli) {
        Ok(exit) => exit.into(),
        Err(error) => {
            render::error(&format!("{error:#}"));
            Exit::Failed.into()
        }
    }
}

fn run(cli: &Cli) -> anyhow::Result<Exit> {
    match &cli.command {
        Command::Migrate(args) => migrate::run(args, cli.color),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "nginx2traefik", &mut text);
            output::stdout(&text)
        }
        Command::Man => {
            let mut text = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut text)?;
            output::stdout(&text)
        }
        Command::Lint(args) => lint::run(args, cli.color),
        Command::Explain(args) => explain::run(args, cli.color),
        #[cfg(feature = "webhook")]
        Command::Webhook(args) => webhook::run(args),
        #[cfg(feature = "webhook")]
        Command::WebhookCertificate(args) => certificate::run(args),
        Command::Policy(args) => policy::run(args),
        Command::Rules(args) => rules_table::run(args.format, cli.color),
    }
}
