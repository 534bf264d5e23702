//! One pass: a fresh API server, one Traefik, every case at once. Passes can be prepared beside each other; they are
//! asked one after another, since the backends remember.
use crate::case::Case;
use crate::judge;
use crate::migrate::{self, Migrated, Wish};
use crate::sabotage::{self, Sabotage};
use anyhow::{Context, Result};
use examples::{Exchange, Expected};
use nginx2traefik::effective::{ClientCertificate, Scheme};
use nginx2traefik::installation::Release;
use nginx2traefik::rules::Target;
use serde_json::{Value, json};
use stand::access;
use stand::client;
use stand::crds::{self, Schema};
use stand::kubeapi::KubeApi;
use stand::pki::{Keys, Pki};
use stand::traefik::{self, Providers, Traefik};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tokio::task::JoinSet;

/// What all passes share.
pub(crate) struct Stand {
    pub(crate) kubeapi: PathBuf,
    pub(crate) folder: PathBuf,
    /// Schemas of the Gateway API.
    pub(crate) gateway: Vec<PathBuf>,
    pub(crate) pki: Pki,
    pub(crate) sabotage: Option<Sabotage>,
}

/// What is to be run.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    pub(crate) program: PathBuf,
    /// `3.7.15`
    pub(crate) version: String,
    pub(crate) kind: Kind,
}

/// Which objects Traefik is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What the migration makes.
    Migrated {
        /// `--target`
        target: Target,
        /// `--exact`
        exact: bool,
    },
    /// What a migration of Traefik's own kinds to the Gateway API makes of a migration to these.
    TwoSteps {
        /// `--exact`, both times
        exact: bool,
    },
    /// The originals, read by Traefik's own ingress-nginx provider.
    Original,
}

/// How a case went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Every fact of every request holds.
    Passed,
    /// It was not migrated: the rules that block it.
    Blocked(Vec<String>),
    /// The API server refuses an object.
    Refused(String),
    /// Requests with the facts that differ.
    Failed(Vec<(String, Vec<String>)>),
}

impl Pass {
    /// `3.7`
    pub(crate) fn minor(&self) -> String {
        self.version.split('.').take(2).collect::<Vec<_>>().join(".")
    }

    /// `traefik 3.7.15, ingress plain`
    pub(crate) fn name(&self) -> String {
        let what = match self.kind {
            Kind::Migrated { target, exact } => format!("{} {}", word(target), mode(exact)),
            Kind::TwoSteps { exact } => format!("gateway in two steps {}", mode(exact)),
            Kind::Original => "its own ingress-nginx provider".to_owned(),
        };
        format!("traefik {}, {what}", self.version)
    }

    /// `gateway 3.6 plain`: the words that an expectation can be bound to. Two steps are held to what one answers.
    pub(crate) fn words(&self) -> Option<String> {
        let (target, exact) = match self.kind {
            Kind::Migrated { target, exact } => (target, exact),
            Kind::TwoSteps { exact } => (Target::Gateway, exact),
            Kind::Original => return None,
        };
        Some(format!("{} {} {}", word(target), self.minor(), mode(exact)))
    }

    fn migrated(&self, case: &Case) -> Result<Migrated> {
        let version = Release::parse(&self.version).context("a version of Traefik")?.nearest();
        match self.kind {
            Kind::Migrated { target, exact } => return migrate::migrate(case, Wish { target, version, exact }),
            Kind::TwoSteps { exact } => {
                let target = Target::Gateway;
                return migrate::twice(case, Wish { target, version, exact });
            }
            Kind::Original => {}
        }
        let mut objects = case.around.clone();
        for (_, text) in &case.texts {
            objects.extend(crate::case::objects(text)?);
        }
        let experimental = json!({"experimental": {"kubernetesIngressNGINX": true}});
        Ok(Migrated {
            objects,
            settings: if self.minor() == "3.6" {
                experimental
            } else {
                Value::Null
            },
            blocked: Vec::new(),
            hosts: BTreeSet::new(),
        })
    }

    fn providers(&self) -> Providers {
        match self.kind {
            Kind::Original => Providers::IngressNginx,
            Kind::Migrated {
                target: Target::Ingress,
                ..
            } => Providers::Ingress,
            Kind::Migrated {
                target: Target::Gateway,
                ..
            }
            | Kind::TwoSteps { .. } => Providers::Gateway,
        }
    }
}

/// `ingress`, `gateway`
pub(crate) fn word(target: Target) -> &'static str {
    match target {
        Target::Ingress => "ingress",
        Target::Gateway => "gateway",
    }
}

/// A target by its word.
pub(crate) fn target(word: &str) -> Result<Target, String> {
    match word {
        "ingress" => Ok(Target::Ingress),
        "gateway" => Ok(Target::Gateway),
        _ => Err("`ingress` or `gateway`".to_owned()),
    }
}

fn mode(exact: bool) -> &'static str {
    if exact { "exact" } else { "plain" }
}

/// A Traefik that has the objects of all cases, and its API server.
pub(crate) struct Ready {
    api: KubeApi,
    traefik: Traefik,
    address: IpAddr,
    outcomes: Vec<Outcome>,
    /// Hosts without a router.
    missing: BTreeSet<String>,
}

/// Migrates all cases, applies them to a fresh API server and waits until Traefik has them. It listens on `address`.
///
/// # Errors
/// A server ends, or never starts: nothing can be said then.
pub(crate) fn prepare(stand: &Stand, pass: &Pass, cases: &[Case], address: IpAddr) -> Result<Ready> {
    let folder = stand.folder.join(pass.name().replace([' ', ','], "-"));
    std::fs::create_dir_all(&folder)?;
    let mut api = KubeApi::start(&stand.kubeapi, &folder)?;
    crds::register(&mut api, &crds::traefik(&pass.minor())?, &stand.gateway)?;
    let token = access::token(&mut api)?;
    let (mut outcomes, mut settings, mut hosts) = (Vec::new(), json!({}), BTreeSet::new());
    classes(&mut api)?;
    for case in cases {
        let mut migrated = pass.migrated(case)?;
        sabotage::objects(stand.sabotage, &mut migrated.objects);
        traefik::merge(&mut settings, &migrated.settings);
        let outcome = apply(&mut api, case, &migrated)?;
        if outcome == Outcome::Passed {
            hosts.extend(migrated.hosts);
        }
        outcomes.push(outcome);
    }
    let taken = sabotage::port(stand.sabotage, address);
    let wish = traefik::Wish {
        address,
        token: &token,
        providers: pass.providers(),
        settings: &settings,
    };
    let mut traefik = Traefik::start(&pass.program, &api, &wish, &folder)?;
    drop(taken);
    sabotage::api(stand.sabotage, api.process());
    let missing = traefik.wait(&mut api, &hosts)?;
    Ok(Ready {
        api,
        traefik,
        address,
        outcomes,
        missing,
    })
}

/// Sends every request; the outcomes are in the order of the cases.
///
/// # Errors
/// A server has ended: nothing can be said then.
pub(crate) fn run(stand: &Stand, pass: &Pass, cases: &[Case], mut ready: Ready) -> Result<Vec<Outcome>> {
    ask(stand, pass, cases, &mut ready)?;
    ready.traefik.alive()?;
    ready.api.alive()?;
    Ok(ready.outcomes)
}

fn classes(api: &mut KubeApi) -> Result<()> {
    for (name, controller) in [
        ("nginx", "k8s.io/ingress-nginx"),
        ("traefik", "traefik.io/ingress-controller"),
    ] {
        api.apply(
            &json!({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": name},
                          "spec": {"controller": controller}}),
        )?;
    }
    Ok(())
}

/// Applies the objects; a refused one is the outcome.
fn apply(api: &mut KubeApi, case: &Case, migrated: &Migrated) -> Result<Outcome> {
    for object in &migrated.objects {
        if let Err(error) = api.apply(object) {
            api.alive()?;
            let (kind, name) = (&object["kind"], &object["metadata"]["name"]);
            return Ok(Outcome::Refused(format!("{kind} {name}: {error:#}")));
        }
    }
    // of a scenario the rest is asked
    let blocked = !migrated.blocked.is_empty() && case.namespace().is_some();
    Ok(if blocked {
        Outcome::Blocked(migrated.blocked.clone())
    } else {
        Outcome::Passed
    })
}

/// Some cases at a time: most of a request is waiting.
const AT_ONCE: usize = 6;

fn ask(stand: &Stand, pass: &Pass, cases: &[Case], ready: &mut Ready) -> Result<()> {
    let (pki, missing, outcomes) = (&stand.pki, &ready.missing, &mut ready.outcomes);
    let to = ready.address;
    let runtime = tokio::runtime::Runtime::new()?;
    let queue = Mutex::new(cases.iter().zip(outcomes));
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((case, outcome)) = next() {
                    if *outcome == Outcome::Passed {
                        *outcome = runtime.block_on(asked(pass, case, (pki, to), missing));
                    }
                }
            });
        }
    });
    Ok(())
}

async fn asked(pass: &Pass, case: &Case, stand: (&Pki, IpAddr), missing: &BTreeSet<String>) -> Outcome {
    let mut failed = Vec::new();
    for exchange in &case.exchanges {
        let mut differences = exchanged(pass, exchange, stand).await;
        if missing.contains(&exchange.request.host) {
            differences.push("Traefik has no router for this host".to_owned());
        }
        if !differences.is_empty() {
            failed.push((exchange.line.clone(), differences));
        }
    }
    if failed.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed(failed)
    }
}

async fn exchanged(pass: &Pass, exchange: &Exchange, (pki, to): (&Pki, IpAddr)) -> Vec<String> {
    let asked = &exchange.request;
    let expected = examples::expected_of(pass.words().as_deref(), &exchange.expected);
    let keys = asked.client_certificate.map(|certificate| match certificate {
        ClientCertificate::Trusted => &pki.client,
        ClientCertificate::Unknown => &pki.stranger,
    });
    let request = client::Request {
        method: asked.method.clone(),
        https: asked.scheme == Scheme::Https,
        host: asked.host.clone(),
        target: asked.target.clone(),
        headers: asked.headers.clone(),
        body: vec![b'a'; usize::try_from(asked.body_size).unwrap_or(0)],
        to,
        from: asked.address,
        certificate: keys.map(|Keys { certificate, key }| (certificate.clone(), key.clone())),
    };
    if let Some((count, statuses)) = expected.iter().find_map(|fact| match fact {
        Expected::Of(count, statuses) => Some((*count, statuses)),
        _ => None,
    }) {
        return judge::among(&at_once(&request, count).await, statuses)
            .into_iter()
            .collect();
    }
    match client::send(&request).await {
        Ok(answer) => judge::differences(asked, &answer, &expected),
        Err(_) if judge::may_be_refused(&expected) => Vec::new(),
        Err(error) => vec![format!("no answer: {error:#}")],
    }
}

/// The statuses of so many requests at once; 0 where there is no answer.
async fn at_once(request: &client::Request, count: usize) -> BTreeSet<u16> {
    let mut running = JoinSet::new();
    for _ in 0..count {
        let request = request.clone();
        running.spawn(async move { client::send(&request).await.map_or(0, |answer| answer.status) });
    }
    running.join_all().await.into_iter().collect()
}

/// Whether objects are held to Traefik's own schema.
pub(crate) fn schema_of(pass: &Pass) -> Result<Option<String>> {
    Ok(match crds::traefik(&pass.minor())? {
        Schema::None => None,
        Schema::Files(files) => Some(files.iter().filter_map(|f| name(f)).collect::<Vec<_>>().join(", ")),
    })
}

fn name(file: &Path) -> Option<String> {
    Some(file.file_name()?.to_string_lossy().into_owned())
}
