//! `cargo xtask conformance`.
use crate::case::{self, Case};
use crate::pass::{self, Kind, Outcome, Pass, Stand};
use crate::results::{self, Results};
use crate::sabotage::Sabotage;
use crate::{place, report, say, scenario, schema, self_test};
use anyhow::{Context, Result};
use nginx2traefik::rules::Target;
use stand::kubeapi::{self, KubeApi};
use stand::namespace::{self, Place};
use stand::pki::Pki;
use stand::{backends, crds, machine, traefik};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Instant, SystemTime};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only the examples of this rule file
    rule: Option<String>,
    /// A Traefik to run; may be repeated. Default: $TRAEFIK or `traefik`, and $TRAEFIK_36 where it is set
    #[arg(long, value_name = "PATH")]
    traefik: Vec<PathBuf>,
    /// Only migrations to this: `ingress` or `gateway`. Default: both
    #[arg(long, value_parser = pass::target)]
    target: Option<Target>,
    /// Keep what was found in docs/conformance.json
    #[arg(long, conflicts_with_all = ["rule", "target"])]
    record: bool,
    /// See that the run notices what goes wrong: swapped Middlewares, unknown fields, servers that end, taken ports
    #[arg(long)]
    self_test: bool,
    /// Leave the folder of the run, with the servers' logs
    #[arg(long)]
    keep: bool,
    /// For the self-test
    #[arg(long, hide = true)]
    sabotage: Option<Sabotage>,
}

/// Runs it.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let programs = programs(&arguments.traefik);
    if !namespace::inside() {
        machine::check(&programs.iter().map(PathBuf::as_path).collect::<Vec<_>>())?;
        kubeapi::build(&place::root().join("tests/stand/kubeapi"), &place::cache())?;
        // inside there is no network
        crds::gateway(&place::gateway_api())?;
    }
    if arguments.self_test {
        return self_test::run();
    }
    let folder = place::run();
    if let Place::Outside(code) = namespace::enter(&folder)? {
        // the servers are gone, whatever ended them
        if arguments.keep {
            say::line(&format!("logs: {}", folder.display()));
        } else {
            let _ = std::fs::remove_dir_all(&folder);
        }
        return Ok(code);
    }
    inside(arguments, &programs, &folder)
}

fn programs(given: &[PathBuf]) -> Vec<PathBuf> {
    if !given.is_empty() {
        return given.to_vec();
    }
    let older = std::env::var_os("TRAEFIK_36").filter(|path| !path.is_empty());
    std::iter::once(traefik::program())
        .chain(older.map(PathBuf::from))
        .collect()
}

fn inside(arguments: &Arguments, programs: &[PathBuf], folder: &Path) -> Result<ExitCode> {
    let began = Instant::now();
    let stand = Stand {
        kubeapi: place::cache().join("kubeapi"),
        folder: folder.to_owned(),
        gateway: crds::gateway(&place::gateway_api())?,
        pki: Pki::new()?,
        sabotage: arguments.sabotage,
    };
    std::fs::create_dir_all(&stand.folder)?;
    let cases = cases(arguments.rule.as_deref(), &stand.pki)?;
    let runtime = tokio::runtime::Runtime::new()?;
    prepare(&stand, &cases, &runtime)?;
    let passes = passes(programs, arguments.target)?;
    let mut found = Vec::new();
    for pass in &passes {
        let since = Instant::now();
        let outcomes = pass::run(&stand, pass, &cases).with_context(|| pass.name())?;
        std::fs::write(stand.folder.join("outcomes"), format!("{outcomes:#?}"))?;
        report::progress(pass, &outcomes, since.elapsed());
        found.push(outcomes);
    }
    let schemas = schemas(arguments, &stand, &passes[0])?;
    if arguments.record {
        record(&passes, &cases, &found)?;
    }
    let failed = report::all(&passes, &cases, &found);
    say::line(&format!("{} s", began.elapsed().as_secs()));
    Ok(ExitCode::from(u8::from(failed || !schemas)))
}

fn cases(rule: Option<&str>, pki: &Pki) -> Result<Vec<Case>> {
    let root = place::root();
    let mut cases = case::examples(&root.join("rules"), rule, pki)?;
    if rule.is_none_or(|rule| rule == "scenario") {
        cases.extend(scenario::all(&root.join("fixtures"), pki)?);
    }
    anyhow::ensure!(!cases.is_empty(), "no example in rules/{}.md", rule.unwrap_or("*"));
    Ok(cases)
}

/// Backends, names and addresses: the same for all passes.
fn prepare(stand: &Stand, cases: &[Case], runtime: &tokio::runtime::Runtime) -> Result<()> {
    let namespaces: Vec<String> = cases.iter().filter_map(Case::namespace).collect();
    let lines: Vec<String> = namespaces
        .iter()
        .flat_map(|namespace| backends::hosts(namespace))
        .collect();
    namespace::hosts(&lines, &stand.folder)?;
    let mut addresses: Vec<String> = cases
        .iter()
        .flat_map(|case| &case.exchanges)
        .filter_map(|exchange| Some(exchange.request.address?.to_string()))
        .collect();
    addresses.sort();
    addresses.dedup();
    addresses
        .iter()
        .try_for_each(|address| namespace::add_address(address))?;
    runtime.block_on(backends::start(&stand.pki, &namespaces))
}

/// Both targets, plain and exact, for every Traefik, and the newest one's own provider.
fn passes(programs: &[PathBuf], only: Option<Target>) -> Result<Vec<Pass>> {
    let mut passes = Vec::new();
    for (at, program) in programs.iter().enumerate() {
        let version = traefik::version(program)?;
        let mut kinds = Vec::new();
        for target in [Target::Ingress, Target::Gateway] {
            if only.is_none_or(|only| only == target) {
                kinds.extend([false, true].map(|exact| Kind::Migrated { target, exact }));
            }
        }
        if at == 0 {
            kinds.push(Kind::Original);
        }
        passes.extend(kinds.into_iter().map(|kind| Pass {
            program: program.clone(),
            version: version.clone(),
            kind,
        }));
    }
    Ok(passes)
}

/// Whether every object of the recordings is one that the API server takes.
fn schemas(arguments: &Arguments, stand: &Stand, pass: &Pass) -> Result<bool> {
    match pass::schema_of(pass)? {
        Some(files) => say::line(&format!("schemas of Traefik: {files}")),
        None => say::line(
            "schemas of Traefik: none. $TRAEFIK_CRDS names no folder, so it is not proved that Traefik knows every field",
        ),
    }
    if arguments.rule.is_some() {
        return Ok(true);
    }
    let mut api = KubeApi::start(&stand.kubeapi, &stand.folder.join("schemas"))?;
    crds::register(&mut api, &crds::traefik(&pass.minor())?, &stand.gateway)?;
    let checked = schema::recorded(&mut api, &place::root().join("fixtures/recorded"))?;
    say::line(&format!(
        "objects of the recordings: {} held to the API server, {} refused",
        checked.objects,
        checked.refused.len()
    ));
    checked.refused.iter().for_each(|why| say::line(&format!("  {why}")));
    Ok(checked.refused.is_empty())
}

fn record(passes: &[Pass], cases: &[Case], found: &[Vec<Outcome>]) -> Result<()> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let mut results = Results {
        date: results::day(now.as_secs()),
        ..Results::default()
    };
    for (pass, outcomes) in passes.iter().zip(found) {
        results.add(pass, pass::schema_of(pass)?.as_deref(), cases, outcomes);
    }
    results.write()
}
