//! `nginx2traefik migrate`.
mod result;
mod shared;
mod write;

use crate::args::ColorWhen;
use crate::args::{Migrate, TargetApi};
use crate::exit::Exit;
use crate::output;
use crate::project::Project;
use crate::render::{self, Style};
use nginx2traefik::emit::{self, Emitted};
use nginx2traefik::lint;
use nginx2traefik::plan::{self, Api, Options, Plan};
use nginx2traefik::report::{Report, assumed, json};
pub(crate) use result::Migrated;
use std::path::Path;

/// Runs it.
pub(crate) fn run(args: &Migrate, color: ColorWhen) -> anyhow::Result<Exit> {
    let mut project = Project::read(&args.input.paths, &args.input.settings, args.mode.output_dir.as_deref())?;
    let options = Options {
        api: api(args.target),
        exact: args.exact,
        installation: project.installation.clone(),
        gateway: project.profile.gateway.settings(&args.gateway),
    };
    let plan = plan::plan(&project.manifests, &project.effective, &options);
    let emitted = emit::emit(&project.loaded.sources, &project.manifests, &plan, &options);
    let report = report(&mut project, &plan, &emitted, &options);
    let migrated = Migrated::new(&project.loaded, &plan, &project.manifests, emitted);
    if let Some(path) = &args.report {
        write_report(path, &project, &report, args, &options)?;
    }
    let failed = write::results(&args.mode, &migrated, project.loaded.sources.hidden())?;
    let style = Style::stderr(color);
    let sources = &project.loaded.sources;
    render::migration(sources, &report, &migrated, &args.mode, args.all, &style);
    for error in &failed {
        render::error(&format!("{error:#}"));
    }
    let failed = !failed.is_empty() || project.loaded.failed;
    let exit = exit(args, &report, failed, migrated.changes());
    // the process ends: to free a large cluster's objects one by one takes time
    std::mem::forget((migrated, report, plan, project));
    Ok(exit)
}

/// Everything that the stages have to say.
fn report(project: &mut Project, plan: &Plan, emitted: &Emitted, options: &Options) -> Report {
    let mut more = std::mem::take(&mut project.findings);
    more.extend(project.effective.findings.iter().cloned());
    more.extend(lint::idle(&project.manifests, &project.effective));
    more.extend(emitted.findings.iter().cloned());
    if options.api == Api::Gateway {
        more.extend(project.manifests.traefik_findings.iter().cloned());
    }
    let mut report = Report::of_migration(&project.manifests, plan, more);
    if !plan.ingresses.is_empty() {
        let assumed = assumed(&project.effective.controller, &project.installation);
        report.notes.splice(..0, assumed);
    }
    report.hiding(project.loaded.sources.hidden())
}

fn api(target: TargetApi) -> Api {
    match target {
        TargetApi::Ingress => Api::Ingress,
        TargetApi::Gateway => Api::Gateway,
    }
}

fn write_report(
    path: &Path,
    project: &Project,
    report: &Report,
    args: &Migrate,
    options: &Options,
) -> anyhow::Result<()> {
    let about = json::About {
        target: Some(match options.api {
            Api::Ingress => "ingress",
            Api::Gateway => "gateway",
        }),
        traefik: Some(options.installation.version.as_str()),
        exact: Some(options.exact),
    };
    if let Some(dir) = args.mode.output_dir.as_ref().filter(|dir| path.starts_with(dir)) {
        std::fs::create_dir_all(dir)?;
    }
    output::file(path, json::render(&project.loaded.sources, report, about)?.as_bytes())
}

fn exit(args: &Migrate, report: &Report, failed: bool, changed: usize) -> Exit {
    if failed {
        Exit::Failed
    } else if report.all().iter().any(|f| args.fail_on.reached_by(f.severity)) || (args.mode.check && changed > 0) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
