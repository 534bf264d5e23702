//! `nginx2traefik policy`.
use crate::exit::Exit;
use crate::output;
use crate::profile::Profile;
use anyhow::bail;
use clap::Args;
use nginx2traefik::admission::Mode;
use nginx2traefik::cel::Export;
use std::path::PathBuf;

/// The command line.
#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    #[command(flatten)]
    mode: ModeArgs,
    /// The profile; its sections [admission] and [ingress-nginx] are read [default: nginx2traefik.toml, found upwards from here]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The objects' names begin with this
    #[arg(long, value_name = "NAME", default_value = "nginx2traefik", value_parser = name)]
    name: String,
    /// Namespace of the ConfigMap with the parameters; who may write it may lift the ban
    #[arg(long, value_name = "NAMESPACE", default_value = "kube-system", value_parser = name)]
    namespace: String,
}

/// What is done where no namespace says otherwise.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct ModeArgs {
    /// Refuse (the default)
    #[arg(long)]
    deny: bool,
    /// Warn the user
    #[arg(long)]
    warn: bool,
    /// Only write into the audit log
    #[arg(long)]
    audit: bool,
}

impl ModeArgs {
    fn mode(&self) -> Option<Mode> {
        match (self.deny, self.warn, self.audit) {
            (true, ..) => Some(Mode::Deny),
            (_, true, _) => Some(Mode::Warn),
            (_, _, true) => Some(Mode::Audit),
            _ => None,
        }
    }
}

/// A name that Kubernetes takes, with room for what is put behind it.
fn name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let good =
        (1..=63).contains(&text.len()) && text.chars().all(plain) && !text.starts_with('-') && !text.ends_with('-');
    good.then(|| text.to_owned())
        .ok_or_else(|| "small letters, digits and `-`, at most 63".to_owned())
}

/// Runs it.
pub(crate) fn run(args: &PolicyArgs) -> anyhow::Result<Exit> {
    let profile = Profile::here(args.config.as_deref())?;
    let mut policy = profile.policy();
    if let Some(problem) = policy.problems().first() {
        bail!("the section [admission] is wrong: {problem}");
    }
    if let Some(mode) = args.mode.mode() {
        policy.mode = mode;
    }
    let export = Export {
        policy: &policy,
        name: &args.name,
        namespace: &args.namespace,
    };
    output::stdout(export.yaml().as_bytes())
}
