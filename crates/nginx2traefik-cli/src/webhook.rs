//! `nginx2traefik webhook`.
use crate::exit::Exit;
use crate::profile::Profile;
use clap::{Args, ValueEnum};
use nginx2traefik::admission::{Mode, Policy};
use nginx2traefik_webhook::config::Section;
use nginx2traefik_webhook::{Config, Server, log};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tokio::signal::unix::{SignalKind, signal};

/// Flags win over the profile.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The profile; its sections [admission], [ingress-nginx] and [webhook] are read
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address of the reviews (TLS) [default: 0.0.0.0:8443]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Address of /healthz, /readyz and /metrics (plain HTTP) [default: 0.0.0.0:8080]
    #[arg(long, value_name = "ADDRESS")]
    health_listen: Option<SocketAddr>,
    /// The certificate with its chain, PEM; read again when it changes [default: /tls/tls.crt]
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Its key, PEM [default: /tls/tls.key]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Authorities of the clients, PEM: a client without a certificate of theirs is not heard
    #[arg(long, value_name = "FILE")]
    client_ca: Option<PathBuf>,
    /// What is done about what is found, where the profile says nothing more special [default: deny]
    #[arg(long, value_enum, value_name = "MODE")]
    mode: Option<ModeName>,
    /// Which events are written to standard error, as JSON; `debug` tells every review
    #[arg(long, value_enum, default_value_t = LogLevel::Info, value_name = "LEVEL")]
    log: LogLevel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ModeName {
    /// Refuse
    Deny,
    /// Let through, with a warning to the user
    Warn,
    /// Let through, with a note in the audit log
    Audit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
}

/// Runs until SIGTERM or SIGINT.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    let (section, policy) = arguments.sections()?;
    log::start(match arguments.log {
        LogLevel::Error => tracing::Level::ERROR,
        LogLevel::Warn => tracing::Level::WARN,
        LogLevel::Info => tracing::Level::INFO,
        LogLevel::Debug => tracing::Level::DEBUG,
    });
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if section.threads > 0 {
        runtime.worker_threads(section.threads);
    }
    runtime.enable_all().build()?.block_on(async {
        // asked for before the ports are open: a signal that comes early is not lost
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let server = Server::open(Config { section, policy }).await?;
        let stop = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        server.run(stop).await;
        Ok(Exit::Clean)
    })
}

impl Arguments {
    fn sections(&self) -> anyhow::Result<(Section, Policy)> {
        let profile = self
            .config
            .as_deref()
            .map_or_else(|| Ok(Profile::default()), Profile::read)?;
        let (mut section, mut policy) = (profile.webhook.clone(), profile.policy());
        let set = |path: &mut PathBuf, flag: &Option<PathBuf>| {
            *path = flag.as_deref().map_or_else(|| profile.beside(path), Path::to_path_buf);
        };
        set(&mut section.certificate, &self.certificate);
        set(&mut section.key, &self.key);
        section.client_ca = self
            .client_ca
            .clone()
            .or_else(|| section.client_ca.map(|path| profile.beside(&path)));
        section.listen = self.listen.unwrap_or(section.listen);
        section.health_listen = self.health_listen.unwrap_or(section.health_listen);
        policy.mode = match self.mode {
            Some(ModeName::Deny) => Mode::Deny,
            Some(ModeName::Warn) => Mode::Warn,
            Some(ModeName::Audit) => Mode::Audit,
            None => policy.mode,
        };
        Ok((section, policy))
    }
}
