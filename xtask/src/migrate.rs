//! A case through the library, as the command line does it.
use crate::case::{Case, objects};
use anyhow::{Context, Result};
use nginx2traefik::effective;
use nginx2traefik::emit;
use nginx2traefik::finding::Outcome;
use nginx2traefik::installation::{self, Form, Installation, Version};
use nginx2traefik::model::{self, Manifests};
use nginx2traefik::plan::{self, Api, GatewaySettings, Options};
use nginx2traefik::rules::Target;
use nginx2traefik::source::Sources;
use serde_json::Value;
use stand::traefik::merge;
use std::collections::BTreeSet;

/// How a migration is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish {
    pub(crate) target: Target,
    pub(crate) version: Version,
    pub(crate) exact: bool,
}

/// What came of it.
pub(crate) struct Migrated {
    /// Everything that is applied, with what stands around the case.
    pub(crate) objects: Vec<Value>,
    /// Traefik's own settings that the result needs.
    pub(crate) settings: Value,
    /// Rules that block an Ingress: it stays as it is.
    pub(crate) blocked: Vec<String>,
    /// Hosts for which Traefik is expected to have a router.
    pub(crate) hosts: BTreeSet<String>,
}

/// The text of what stands around a case.
const AROUND: &str = "around.yaml";

/// The settings of the stand's Traefik that matter to a migration, as a user would show them in the second step.
const STAND: &str = "{entryPoints: {web: {address: ':80'}, websecure: {address: ':443'}}, \
                     providers: {kubernetesIngress: {}, kubernetesCRD: {}, kubernetesGateway: {}}}";

/// Migrates a case.
pub(crate) fn migrate(case: &Case, wish: Wish) -> Result<Migrated> {
    let installation = Installation {
        version: wish.version,
        ..Installation::default()
    };
    let (mut texts, migrated) = step(case, given(case)?, wish, installation)?;
    let objects = written(case, &mut texts)?;
    Ok(Migrated { objects, ..migrated })
}

/// Migrates a case to Traefik's own kinds, and what came of it to the Gateway API.
pub(crate) fn twice(case: &Case, wish: Wish) -> Result<Migrated> {
    let first = Wish {
        target: Target::Ingress,
        ..wish
    };
    let installation = Installation {
        version: wish.version,
        ..Installation::default()
    };
    let (texts, first) = step(case, given(case)?, first, installation)?;
    let (mut texts, second) = step(case, texts, wish, installed(&first.settings, wish)?)?;
    let mut settings = first.settings;
    merge(&mut settings, &second.settings);
    Ok(Migrated {
        objects: written(case, &mut texts)?,
        settings,
        blocked: first.blocked,
        hosts: first.hosts,
    })
}

/// The Traefik that the first step's result runs on.
fn installed(settings: &Value, wish: Wish) -> Result<Installation> {
    let mut config: Value = serde_yaml::from_str(STAND)?;
    merge(&mut config, settings);
    let mut sources = Sources::default();
    let text = serde_yaml::to_string(&config)?;
    let id = sources.add("traefik.yaml", text.as_str());
    let read = installation::read(Form::Static, id, &text, None);
    Ok(Installation {
        version: wish.version,
        ..read.installation
    })
}

/// Names and texts.
type Texts = Vec<(String, String)>;

fn given(case: &Case) -> Result<Texts> {
    let mut texts = case.texts.clone();
    texts.push((AROUND.to_owned(), as_text(&case.around)?));
    Ok(texts)
}

/// One migration: the texts as they are then, and what else came of it.
fn step(case: &Case, mut texts: Texts, wish: Wish, installation: Installation) -> Result<(Texts, Migrated)> {
    let mut sources = Sources::default();
    let ids: Vec<_> = texts
        .iter()
        .map(|(name, text)| sources.add(name.as_str(), text.as_str()))
        .collect();
    let read = ids.iter().zip(&texts).map(|(id, (_, text))| model::read(*id, text));
    let manifests = model::join(read.collect::<Vec<_>>());
    let effective = effective::build(&manifests, case.controller(&mut sources));
    let options = Options {
        api: match wish.target {
            Target::Ingress => Api::Ingress,
            Target::Gateway => Api::Gateway,
        },
        exact: wish.exact,
        installation,
        gateway: gateway(case),
    };
    let plan = plan::plan(&manifests, &effective, &options);
    let emitted = emit::emit(&sources, &manifests, &plan, &options);
    for (at, (_, text)) in texts.iter_mut().enumerate() {
        if let Some((_, new)) = emitted.texts.iter().find(|(id, _)| *id == ids[at]) {
            text.clone_from(new);
        }
    }
    texts.extend(emitted.shared.map(|text| ("gateway.yaml".to_owned(), text)));
    let settings = emitted
        .static_config
        .as_deref()
        .map_or(Ok(Value::Null), serde_yaml::from_str)?;
    let migrated = Migrated {
        objects: Vec::new(),
        settings,
        blocked: blocked(&plan),
        hosts: hosts(case, &manifests, &plan),
    };
    Ok((texts, migrated))
}

/// Each case has a Gateway of its own: that of an example is in its namespace, that of a scenario has its name.
fn gateway(case: &Case) -> GatewaySettings {
    let standard = GatewaySettings::default();
    GatewaySettings {
        name: case
            .name
            .strip_prefix("scenario: ")
            .unwrap_or(&standard.name)
            .to_owned(),
        ..standard
    }
}

/// What stands around comes first: Traefik then never sees a route without its Service.
fn written(case: &Case, texts: &mut [(String, String)]) -> Result<Vec<Value>> {
    texts.sort_by_key(|(name, _)| name != AROUND);
    let mut all = Vec::new();
    for (_, text) in texts {
        all.extend(objects(text).with_context(|| format!("{}: what was written is no YAML", case.name))?);
    }
    Ok(all)
}

fn blocked(plan: &plan::Plan) -> Vec<String> {
    if plan.ingresses.iter().all(|ingress| ingress.outcome != Outcome::Blocked) {
        return Vec::new();
    }
    let mut rules: Vec<String> = plan
        .findings
        .iter()
        .filter(|f| f.blocks)
        .map(|f| f.rule.clone())
        .collect();
    rules.sort();
    rules.dedup();
    rules
}

/// Objects as one YAML text.
pub(crate) fn as_text(objects: &[Value]) -> Result<String> {
    let mut out = String::new();
    for object in objects {
        out += &format!("---\n{}", serde_yaml::to_string(object)?);
    }
    Ok(out)
}

/// The hosts that are asked and that an Ingress of ours serves: for them a router is expected.
fn hosts(case: &Case, manifests: &Manifests, plan: &plan::Plan) -> BTreeSet<String> {
    let kept = plan
        .ingresses
        .iter()
        .filter(|ingress| ingress.outcome != Outcome::Blocked);
    let rules = kept.flat_map(|ingress| &manifests.ingress(ingress.id).rules);
    let served: BTreeSet<&str> = rules
        .filter_map(|rule| Some(rule.host.as_ref()?.value.as_str()))
        .collect();
    let asked = case.exchanges.iter().map(|exchange| &exchange.request.host);
    asked.filter(|host| served.contains(host.as_str())).cloned().collect()
}
