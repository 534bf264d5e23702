//! `cargo xtask conformance`.
use crate::case::{self, Case};
use crate::pass::{self, Kind, Outcome, Pass, Stand};
use crate::results::{self, Results};
use crate::sabotage::Sabotage;
use crate::schema::Checked;
use crate::{place, report, say, scenario, schema, self_test};
use anyhow::{Context, Result, anyhow};
use nginx2traefik::rules::Target;
use stand::kubeapi::{self, KubeApi};
use stand::namespace::{self, Place};
use stand::pki::Pki;
use stand::{backends, crds, machine, traefik};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
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
    /// Only migrations to the Gateway API in two steps, by way of Traefik's own kinds: they answer as one step does
    #[arg(long, conflicts_with_all = ["target", "record"])]
    two_steps: bool,
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
    let passes = passes(programs, arguments)?;
    let (found, schemas) = all(&stand, &passes, &cases, arguments.rule.is_none())?;
    let schemas = say_schemas(&passes[0], schemas.as_ref())?;
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

/// Both targets, plain and exact, for every Traefik; the newest one in two steps, too, and with its own ingress-nginx provider.
fn passes(programs: &[PathBuf], arguments: &Arguments) -> Result<Vec<Pass>> {
    let mut passes = Vec::new();
    for (at, program) in programs.iter().enumerate() {
        let version = traefik::version(program)?;
        passes.extend(kinds(arguments, at == 0).into_iter().map(|kind| Pass {
            program: program.clone(),
            version: version.clone(),
            kind,
        }));
    }
    Ok(passes)
}

fn kinds(arguments: &Arguments, newest: bool) -> Vec<Kind> {
    let modes = [false, true];
    if arguments.two_steps {
        return modes.map(|exact| Kind::TwoSteps { exact }).into();
    }
    let wanted = [Target::Ingress, Target::Gateway]
        .into_iter()
        .filter(|target| arguments.target.is_none_or(|only| only == *target));
    let mut kinds: Vec<Kind> = wanted
        .flat_map(|target| modes.map(|exact| Kind::Migrated { target, exact }))
        .collect();
    if newest {
        // the other three are what `--two-steps` is for
        kinds.extend(arguments.target.is_none().then_some(Kind::TwoSteps { exact: false }));
        kinds.push(Kind::Original);
    }
    kinds
}

/// How many passes are made ready at the same time: it is waiting for the most part, a minute for the 3.6 of the Gateway API, which
/// writes five statuses a second.
const READY_AT_ONCE: usize = 3;

/// All passes, and beside them the schemas.
fn all(
    stand: &Stand,
    passes: &[Pass],
    cases: &[Case],
    recordings: bool,
) -> Result<(Vec<Vec<Outcome>>, Option<Checked>)> {
    // what takes longest stands last, and begins first
    let queue = Mutex::new(passes.iter().enumerate().rev());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let (found, asking) = (Mutex::new(BTreeMap::new()), Mutex::new(()));
    let work = || {
        while let Some((at, pass)) = next() {
            let outcomes = one(stand, pass, cases, at, &asking).with_context(|| pass.name());
            let failed = outcomes.is_err();
            found
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(at, outcomes);
            if failed {
                return;
            }
        }
    };
    let checked = std::thread::scope(|scope| {
        let checked = recordings.then(|| scope.spawn(|| schemas(stand, &passes[0])));
        for _ in 0..READY_AT_ONCE {
            scope.spawn(work);
        }
        checked.map(|thread| {
            thread
                .join()
                .map_err(|_| anyhow!("the check of the schemas panicked"))?
        })
    });
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((found.into_values().collect::<Result<_>>()?, checked.transpose()?))
}

/// A pass on an address of its own, asked while no other one is.
fn one(stand: &Stand, pass: &Pass, cases: &[Case], at: usize, asking: &Mutex<()>) -> Result<Vec<Outcome>> {
    let address = Ipv4Addr::new(127, 0, 1, u8::try_from(at + 1)?);
    let ready = pass::prepare(stand, pass, cases, address.into())?;
    let _alone = asking.lock().unwrap_or_else(PoisonError::into_inner);
    let since = Instant::now();
    let outcomes = pass::run(stand, pass, cases, ready)?;
    report::progress(pass, &outcomes, since.elapsed());
    Ok(outcomes)
}

/// Whether every object of the recordings is one that the API server takes.
fn schemas(stand: &Stand, pass: &Pass) -> Result<Checked> {
    let mut api = KubeApi::start(&stand.kubeapi, &stand.folder.join("schemas"))?;
    crds::register(&mut api, &crds::traefik(&pass.minor())?, &stand.gateway)?;
    schema::recorded(&mut api, &place::root().join("fixtures/recorded"))
}

/// Says what the schemas were and what was refused; true where nothing was.
fn say_schemas(pass: &Pass, checked: Option<&Checked>) -> Result<bool> {
    match pass::schema_of(pass)? {
        Some(files) => say::line(&format!("schemas of Traefik: {files}")),
        None => say::line(
            "schemas of Traefik: none. $TRAEFIK_CRDS names no folder, so it is not proved that Traefik knows every field",
        ),
    }
    let Some(checked) = checked else {
        return Ok(true);
    };
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
