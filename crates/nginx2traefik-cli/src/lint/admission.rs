//! `lint --as admission`: what the ban would refuse.
use super::{exit, written};
use crate::args::{ColorWhen, Format, Lint};
use crate::exit::Exit;
use crate::project::Project;
use crate::render;
use nginx2traefik::admission::{self, Date, Policy};
use nginx2traefik::finding::{Finding, Severity};
use nginx2traefik::report::{Report, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// Runs it.
pub(super) fn run(args: &Lint, color: ColorWhen) -> anyhow::Result<Exit> {
    let mut project = Project::read(&args.input.paths, &args.input.settings, None)?;
    let policy = project.profile.policy();
    let stored = admission::stored(&policy, &project.manifests, today());
    // of the rest only what kept an object from being read
    project.findings.retain(|finding| finding.severity == Severity::Error);
    let unnamed = unnamed(&policy, &project);
    let findings = stored.iter().flat_map(|object| object.findings.iter().cloned());
    let findings: Vec<Finding> = findings
        .chain(project.findings.iter().chain(&unnamed).cloned())
        .collect();
    let report = Report::of_findings(&project.manifests, findings);
    let sources = &project.loaded.sources;
    let style = super::style(args, color);
    let text = match args.format {
        Format::Json => json::render(sources, &report, json::About::default())?,
        Format::Text => {
            let problems: Vec<Finding> = project.findings.iter().chain(&unnamed).cloned().collect();
            render::found(sources, &problems, &style) + &render::admission(sources, &policy, &stored, args.all, &style)
        }
    };
    written(args, &text)?;
    Ok(exit(args, &project, &report))
}

/// Classes of ingress-nginx that the ban was not told of: an Ingress that names one is let through.
fn unnamed(policy: &Policy, project: &Project) -> Vec<Finding> {
    let nginx = &policy.nginx;
    let classes = project.manifests.classes.iter();
    let open =
        classes.filter(|class| nginx.controllers.contains(&class.controller) && !nginx.classes.contains(&class.name));
    let told = open.map(|class| {
        let message = format!(
            "the class `{}` is ingress-nginx's, and the ban does not know it",
            class.name
        );
        Finding::warning("class", class.place.span, message)
            .help("name it in `classes` of the profile's section [ingress-nginx]")
    });
    told.collect()
}

/// The day on which exemptions are read.
fn today() -> Date {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Date::from_unix_days((now.as_secs() / 86_400).cast_signed())
}
