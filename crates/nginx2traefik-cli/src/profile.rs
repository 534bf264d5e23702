//! `nginx2traefik.toml`: what cannot be seen in the manifests.
use crate::args::{Level, Settings};
use crate::gateway_profile::GatewayProfile;
use anyhow::Context;
use nginx2traefik::admission::{self, Policy};
use nginx2traefik::effective::Controller;
use nginx2traefik::installation::Release;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};

/// Name of the file that is looked for.
const NAME: &str = "nginx2traefik.toml";

/// The profile. Paths are relative to the folder that it stands in.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Profile {
    ingress_nginx: IngressNginx,
    traefik: Traefik,
    /// Gateways.
    pub(crate) gateway: GatewayProfile,
    /// Lint.
    pub(crate) lint: LintProfile,
    /// What the webhook refuses.
    admission: Policy,
    /// Where and how the webhook runs.
    #[cfg(feature = "webhook")]
    pub(crate) webhook: nginx2traefik_webhook::config::Section,
    #[cfg(not(feature = "webhook"))]
    webhook: serde::de::IgnoredAny,
    #[serde(skip)]
    folder: PathBuf,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct IngressNginx {
    /// Classes that mean ingress-nginx, in place of `nginx`.
    classes: Vec<String>,
    controller_class: Option<String>,
    annotations_prefix: Option<String>,
    watch_ingress_without_class: Option<bool>,
    controller_config: Vec<PathBuf>,
    /// The inputs are everything that the cluster has.
    complete: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Traefik {
    version: Option<String>,
    values: Option<PathBuf>,
    config: Option<PathBuf>,
}

/// What `lint` looks at.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct LintProfile {
    /// From which severity on the exit code is 1.
    pub(crate) fail_on: Option<Level>,
    /// Rules and annotations (without prefix) that are left out.
    pub(crate) ignore: Vec<String>,
}

impl Profile {
    /// The profile that was named, or the nearest one upwards from the first input, or none.
    pub(crate) fn find(settings: &Settings, paths: &[PathBuf]) -> anyhow::Result<Self> {
        let found = match &settings.config {
            Some(path) => Some(path.clone()),
            None => upwards(paths.first().map_or(Path::new("."), PathBuf::as_path)),
        };
        found.map_or_else(|| Ok(Profile::default()), |path| Profile::read(&path))
    }

    /// The profile that was named, or the nearest one upwards from here, or none.
    pub(crate) fn here(named: Option<&Path>) -> anyhow::Result<Self> {
        let found = named.map_or_else(|| upwards(Path::new(".")), |path| Some(path.to_path_buf()));
        found.map_or_else(|| Ok(Profile::default()), |path| Profile::read(&path))
    }

    /// The profile in this file.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read the profile `{}`", path.display()))?;
        let mut profile: Profile =
            toml::from_str(&text).with_context(|| format!("the profile `{}` is wrong", path.display()))?;
        profile.folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        if let Some(version) = &profile.traefik.version {
            Release::parse(version).with_context(|| {
                format!(
                    "the profile `{}` is wrong: `{version}` is no version of Traefik",
                    path.display()
                )
            })?;
        }
        Ok(profile)
    }

    /// A path of the profile, seen from here.
    #[cfg(feature = "webhook")]
    pub(crate) fn beside(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    /// What the webhook refuses. What means ingress-nginx is said once: in `[ingress-nginx]`, unless `[admission.nginx]` says more.
    pub(crate) fn policy(&self) -> Policy {
        let mut policy = self.admission.clone();
        if policy.nginx == admission::Nginx::default() {
            let controller = self.controller();
            policy.nginx = admission::Nginx {
                classes: controller.class_names.into_iter().collect(),
                controllers: [controller.controller_class].into(),
                annotations_prefix: controller.annotations_prefix,
                watch_ingress_without_class: controller.watch_without_class,
            };
        }
        policy
    }

    /// The controller before its own files are read.
    pub(crate) fn controller(&self) -> Controller {
        let of = &self.ingress_nginx;
        let mut controller = Controller::default();
        if !of.classes.is_empty() {
            controller.class_names.clone_from(&of.classes);
        }
        if let Some(class) = &of.controller_class {
            controller.controller_class.clone_from(class);
        }
        if let Some(prefix) = &of.annotations_prefix {
            controller.annotations_prefix.clone_from(prefix);
        }
        controller.watch_without_class = of.watch_ingress_without_class.unwrap_or(controller.watch_without_class);
        controller.complete = of.complete;
        controller
    }

    /// Files about the controller: those of the command line, else those of the profile.
    pub(crate) fn controller_config(&self, settings: &Settings) -> Vec<PathBuf> {
        if settings.controller_config.is_empty() {
            self.ingress_nginx
                .controller_config
                .iter()
                .map(|path| self.folder.join(path))
                .collect()
        } else {
            settings.controller_config.clone()
        }
    }

    /// Traefik's Helm values and its static configuration: those of the command line, else those of the profile.
    pub(crate) fn traefik(&self, settings: &Settings) -> (Option<PathBuf>, Option<PathBuf>) {
        if settings.traefik_values.is_some() || settings.traefik_config.is_some() {
            return (settings.traefik_values.clone(), settings.traefik_config.clone());
        }
        let below = |path: &Option<PathBuf>| path.as_ref().map(|path| self.folder.join(path));
        (below(&self.traefik.values), below(&self.traefik.config))
    }

    /// The release that is named beside the values.
    pub(crate) fn release(&self, settings: &Settings) -> Option<Release> {
        settings
            .traefik_version
            .or_else(|| Release::parse(self.traefik.version.as_deref()?))
    }
}

fn upwards(from: &Path) -> Option<PathBuf> {
    let start = if from == Path::new("-") { Path::new(".") } else { from };
    let start = start.canonicalize().ok()?;
    let start = start.as_path();
    start
        .ancestors()
        .map(|folder| folder.join(NAME))
        .find(|path| path.is_file())
}
