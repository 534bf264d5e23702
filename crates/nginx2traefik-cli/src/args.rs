//! The command line, as clap reads it.
use crate::policy::PolicyArgs;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use nginx2traefik::finding::Severity;
use nginx2traefik::installation::Release;
use std::path::PathBuf;

/// Takes Kubernetes manifests off ingress-nginx and onto Traefik.
///
/// Every setting that has an effect under ingress-nginx is reproduced, or a finding names it and says what differs for a client.
#[derive(Debug, Parser)]
#[command(name = "nginx2traefik", version, propagate_version = true, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// When to use colour and links
    #[arg(long, global = true, value_enum, default_value_t = ColorWhen::Auto, value_name = "WHEN")]
    pub(crate) color: ColorWhen,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing at or above the threshold
  1  findings
  2  wrong usage
  3  the tool could not do its job (a file it could not read or write)";

const MIGRATE_EXAMPLES: &str = "\
Examples:
  nginx2traefik migrate manifests/ --target ingress --diff
  nginx2traefik migrate manifests/ --target ingress --traefik-values values.yaml --output-dir traefik/
  helm template my-release my-chart | nginx2traefik migrate - --target ingress | kubectl apply -f -";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  nginx2traefik explain cors
  nginx2traefik explain nginx.ingress.kubernetes.io/auth-url
  nginx2traefik explain add_header
  nginx2traefik explain -f snippet.conf
  nginx2traefik explain --request 'GET https://app.example.com/api?x=1 Accept: text/html' manifests/";

#[cfg(feature = "webhook")]
const WEBHOOK_EXAMPLES: &str = "\
Examples:
  nginx2traefik webhook --certificate tls.crt --key tls.key --mode warn
  nginx2traefik webhook --config nginx2traefik.toml
Reviews are answered at POST /validate; /healthz, /readyz and /metrics are on a port of their own. docs/webhook.md tells the rest.";

const POLICY_EXAMPLES: &str = "\
Examples:
  nginx2traefik policy --warn | kubectl apply -f -
  nginx2traefik policy --config nginx2traefik.toml > policy.yaml";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write the manifests anew for Traefik
    #[command(after_help = MIGRATE_EXAMPLES)]
    Migrate(Migrate),
    /// Find what in the manifests means something to ingress-nginx only
    Lint(Lint),
    /// Explain a rule, an annotation or a snippet, or what ingress-nginx answers to a request
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(Explain),
    /// Show how well each annotation can be kept
    Rules(Rules),
    /// Serve admission reviews: refuse new configuration for ingress-nginx
    #[cfg(feature = "webhook")]
    #[command(after_help = WEBHOOK_EXAMPLES)]
    Webhook(crate::webhook::Arguments),
    /// Make the webhook's certificate in the cluster; the Helm chart's hook runs it
    #[cfg(feature = "webhook")]
    WebhookCertificate(crate::certificate::Arguments),
    /// Print the ban of ingress-nginx as ValidatingAdmissionPolicies, for a cluster without the webhook
    #[command(after_help = POLICY_EXAMPLES)]
    Policy(PolicyArgs),
    /// Write completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual page
    Man,
}

/// What is read.
#[derive(Debug, Args)]
pub(crate) struct Input {
    /// Files and folders to read (.yaml, .yml, .json); - for standard input
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// What is known beside the manifests.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// The controller's ConfigMap or the Helm values of ingress-nginx; can be given more than once
    #[arg(long, value_name = "FILE", action = ArgAction::Append, help_heading = "What is installed")]
    pub(crate) controller_config: Vec<PathBuf>,
    /// Helm values of Traefik
    #[arg(long, value_name = "FILE", help_heading = "What is installed")]
    pub(crate) traefik_values: Option<PathBuf>,
    /// Static configuration of Traefik (YAML)
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "traefik_values",
        help_heading = "What is installed"
    )]
    pub(crate) traefik_config: Option<PathBuf>,
    /// Version of Traefik, where the values' image tag does not say it [default: 3.7]
    #[arg(long, value_name = "VERSION", value_parser = release, help_heading = "What is installed")]
    pub(crate) traefik_version: Option<Release>,
    /// The profile [default: nginx2traefik.toml, found upwards from the first PATH]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Files above this many bytes are not read
    #[arg(long, value_name = "BYTES", hide = true, default_value_t = 128 * 1024 * 1024)]
    pub(crate) max_file_size: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Migrate {
    #[command(flatten)]
    pub(crate) input: Input,
    /// What to write for
    #[arg(long, value_enum)]
    pub(crate) target: TargetApi,
    /// Answer as ingress-nginx did in every status, with longer chains of Middlewares
    #[arg(long)]
    pub(crate) exact: bool,
    #[command(flatten)]
    pub(crate) gateway: GatewayWishes,
    #[command(flatten)]
    pub(crate) mode: Mode,
    /// Write the report as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Exit with 1 from this severity on
    #[arg(long, value_enum, default_value_t = Level::Error, value_name = "LEVEL")]
    pub(crate) fail_on: Level,
    /// Print every finding, also repeated ones
    #[arg(long)]
    pub(crate) all: bool,
}

/// What may be used of the Gateway API.
#[derive(Debug, Args)]
pub(crate) struct GatewayWishes {
    /// Release channel of the Gateway API whose objects may be written [default: standard, or the profile's]
    #[arg(long, value_enum, value_name = "CHANNEL", help_heading = "With --target gateway")]
    pub(crate) channel: Option<ReleaseChannel>,
    /// Write nothing that only Traefik understands; what needs it stays as it is
    #[arg(long, help_heading = "With --target gateway")]
    pub(crate) portable: bool,
}

/// Where the result goes; to standard output without any of them.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct Mode {
    /// Write one file for each input file into this folder, and what Traefik needs beside them
    #[arg(
        long,
        value_name = "DIR",
        help_heading = "Where the result goes (default: standard output)"
    )]
    pub(crate) output_dir: Option<PathBuf>,
    /// Change the files where they are
    #[arg(long, help_heading = "Where the result goes (default: standard output)")]
    pub(crate) write: bool,
    /// Show what would change
    #[arg(long, help_heading = "Where the result goes (default: standard output)")]
    pub(crate) diff: bool,
    /// Write nothing; exit with 1 if something would change
    #[arg(long, help_heading = "Where the result goes (default: standard output)")]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Lint {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Form of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Write the report to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Exit with 1 from this severity on [default: warning, or the profile's]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) fail_on: Option<Level>,
    /// Leave out the findings that stand in this file
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write all findings of today into the baseline and exit
    #[arg(long, requires = "baseline")]
    pub(crate) write_baseline: bool,
    /// Print every finding, also repeated ones
    #[arg(long)]
    pub(crate) all: bool,
    /// admission: what the webhook or the policies would refuse, by namespace
    #[arg(long = "as", value_enum, value_name = "VIEW", conflicts_with = "baseline")]
    pub(crate) view: Option<View>,
}

/// Another question that `lint` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum View {
    /// What the ban of ingress-nginx would refuse
    Admission,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A request to answer: METHOD URL [Header: value]...
    #[arg(long, value_name = "REQUEST")]
    pub(crate) request: Option<String>,
    /// Walk through the snippets of a file, directive by directive: nginx configuration, or manifests that hold some; - for standard input
    #[arg(short = 'f', long = "file", value_name = "FILE", conflicts_with_all = ["request", "subjects"])]
    pub(crate) files: Vec<PathBuf>,
    /// A rule, an annotation, a ConfigMap key or an nginx directive; with --request the files and folders to read
    #[arg(value_name = "RULE|PATH", required_unless_present = "files")]
    pub(crate) subjects: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Args)]
pub(crate) struct Rules {
    /// Form of the table
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub(crate) format: TableFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TargetApi {
    /// Ingress of class traefik, and Traefik's own kinds where that cannot say it
    Ingress,
    /// Gateway API
    Gateway,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ReleaseChannel {
    Standard,
    /// TLSRoute on Traefik 3.6, too
    Experimental,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    Text,
    Json,
    Markdown,
}

/// A severity, as the user writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Note,
    Warning,
    Error,
    /// Whatever is found
    Never,
}

impl Level {
    /// Whether a finding of this severity counts.
    pub(crate) fn reached_by(self, severity: Severity) -> bool {
        match self {
            Level::Note => true,
            Level::Warning => severity >= Severity::Warning,
            Level::Error => severity == Severity::Error,
            Level::Never => false,
        }
    }
}

fn release(text: &str) -> Result<Release, String> {
    let known = Release::parse(text).filter(|release| release.version().is_some());
    known.ok_or_else(|| "write 3.6 or 3.7, or a release of these lines such as 3.6.11".to_owned())
}
