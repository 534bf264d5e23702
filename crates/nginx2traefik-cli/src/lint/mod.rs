//! `nginx2traefik lint`.
mod admission;
mod baseline;

use crate::args::{ColorWhen, Format, Level, Lint, View};
use crate::exit::Exit;
use crate::output;
use crate::project::Project;
use crate::render::{self, Style};
use baseline::Baseline;
use nginx2traefik::finding::Finding;
use nginx2traefik::lint;
use nginx2traefik::report::{Report, json};
use nginx2traefik::rules::Target;

/// Runs it.
pub(crate) fn run(args: &Lint, color: ColorWhen) -> anyhow::Result<Exit> {
    if args.view == Some(View::Admission) {
        return admission::run(args, color);
    }
    let mut project = Project::read(&args.input.paths, &args.input.settings, None)?;
    let ignored = &project.profile.lint.ignore;
    let mut findings: Vec<Finding> = lint::lint(&project.manifests, &project.effective, Target::Ingress)
        .into_iter()
        .filter(|finding| !ignored.iter().any(|rule| is(finding, rule)))
        .collect();
    findings.append(&mut project.findings);
    let sources = &project.loaded.sources;
    findings.iter_mut().for_each(|f| f.hide(sources.hidden()));
    if let Some(path) = args.baseline.as_ref().filter(|_| args.write_baseline) {
        output::file(path, Baseline::of(sources, &findings).text()?.as_bytes())?;
        return Ok(Exit::Clean);
    }
    if let Some(path) = &args.baseline {
        findings = Baseline::read(path)?.filter(sources, findings);
    }
    let report = Report::of_findings(&project.manifests, findings);
    let text = text(args, &project, &report, color)?;
    written(args, &text)?;
    let exit = exit(args, &project, &report);
    // the process ends: to free a large cluster's objects one by one takes time
    std::mem::forget((report, project));
    Ok(exit)
}

fn written(args: &Lint, text: &str) -> anyhow::Result<()> {
    match &args.output {
        Some(path) => output::file(path, text.as_bytes()),
        None => output::stdout(text.as_bytes()).map(drop),
    }
}

fn exit(args: &Lint, project: &Project, report: &Report) -> Exit {
    let level = args.fail_on.or(project.profile.lint.fail_on).unwrap_or(Level::Warning);
    if project.loaded.failed {
        Exit::Failed
    } else if report.all().iter().any(|f| level.reached_by(f.severity)) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

fn style(args: &Lint, color: ColorWhen) -> Style {
    match args.output {
        Some(_) => Style::plain(),
        None => Style::stdout(color),
    }
}

fn text(args: &Lint, project: &Project, report: &Report, color: ColorWhen) -> anyhow::Result<String> {
    let sources = &project.loaded.sources;
    let style = style(args, color);
    let files = project.loaded.files.len() + project.loaded.untouched.len();
    Ok(match args.format {
        Format::Json => json::render(sources, report, json::About::default())?,
        Format::Text => render::lint(sources, report, files, args.all, &style),
    })
}

/// A rule by its id, or an annotation by its name without prefix.
fn is(finding: &Finding, rule: &str) -> bool {
    let short = finding.annotation.as_deref().and_then(|name| name.rsplit('/').next());
    finding.rule == rule || short == Some(rule)
}
