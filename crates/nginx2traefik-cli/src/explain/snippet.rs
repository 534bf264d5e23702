//! `nginx2traefik explain -f FILE`: a snippet, directive by directive.
use crate::args::Explain;
use crate::exit::Exit;
use crate::output;
use crate::project::Project;
use crate::render::{Ink, Style, sanitize, wrapped};
use anyhow::Context;
use nginx_snippet::redact;
use nginx2traefik::controller_config;
use nginx2traefik::effective::{self, Controller, Effective, Origin, Snippet, SnippetKind};
use nginx2traefik::installation::Installation;
use nginx2traefik::model::{self, Manifests};
use nginx2traefik::plan::{self, Api, GatewaySettings, Options, Plan};
use nginx2traefik::secrets;
use nginx2traefik::source::{Sources, Span};
use nginx2traefik::walk::{self, Step, Verdict};
use std::collections::BTreeSet;
use std::path::Path;

/// Runs it.
pub(super) fn run(args: &Explain, style: &Style) -> anyhow::Result<Exit> {
    let mut out = String::new();
    for file in &args.files {
        let shown = file.display();
        let bytes = if file.as_os_str() == "-" {
            std::io::read_to_string(std::io::stdin())
        } else {
            std::fs::read_to_string(file)
        };
        let text = bytes.with_context(|| format!("cannot read `{shown}`"))?;
        out += &match (is_manifest(&text), file.as_os_str() == "-") {
            (true, false) => manifests(file, &text, args, style)?,
            (true, true) => by_itself("<stdin>", &text, style),
            (false, _) => bare(&shown.to_string(), &text, style),
        };
    }
    output::stdout(out.as_bytes())
}

/// Kubernetes objects, or Helm values: they hold snippets, and are none.
fn is_manifest(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_end);
    lines.any(|line| {
        line.starts_with("kind:") || line.starts_with("controller:") || line.trim_start().starts_with("\"kind\"")
    })
}

fn manifests(file: &Path, text: &str, args: &Explain, style: &Style) -> anyhow::Result<String> {
    let project = Project::read(&[file.to_owned()], &args.settings, None)?;
    if project.effective.snippets.is_empty() {
        return Ok(by_itself(&file.display().to_string(), text, style));
    }
    let plan = plan::plan(&project.manifests, &project.effective, &options(&project.installation));
    let page = Page {
        sources: &project.loaded.sources,
        effective: &project.effective,
        plan: &plan,
        style,
        bare: None,
    };
    Ok(page.all())
}

/// Objects, or the controller's own settings: its ConfigMap, or the values of its chart.
fn by_itself(name: &str, text: &str, style: &Style) -> String {
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    let manifests = model::join([model::read(id, text)]);
    let mut controller = Controller::default();
    controller_config::read(&mut controller, id, text);
    sources.hide(secrets::of(&manifests, &controller));
    let effective = effective::build(&manifests, controller);
    let plan = plan::plan(&manifests, &effective, &options(&Installation::default()));
    if effective.snippets.is_empty() {
        return format!("{}: there is no snippet of ingress-nginx in it\n", sanitize(name));
    }
    let page = Page {
        sources: &sources,
        effective: &effective,
        plan: &plan,
        style,
        bare: None,
    };
    page.all()
}

fn place(effective: &Effective, snippet: &Snippet) -> String {
    let owner = match &snippet.origin {
        Origin::Annotation { ingress, .. } => {
            let object = &effective.ingress(*ingress).object;
            format!("Ingress {}/{}", object.namespace, object.name)
        }
        _ => "the controller's ConfigMap".to_owned(),
    };
    format!("{} of {owner}", snippet.key())
}

fn options(installation: &Installation) -> Options {
    Options {
        api: Api::Ingress,
        exact: false,
        installation: installation.clone(),
        gateway: GatewaySettings::default(),
    }
}

/// nginx text by itself: read as if an Ingress had it in the annotation in which nginx would take it.
fn bare(name: &str, text: &str, style: &Style) -> String {
    let mut best: Option<(usize, (Manifests, Effective, Plan, Sources))> = None;
    for key in ["configuration-snippet", "server-snippet"] {
        let read = around(text, key);
        let problems = read.1.snippets.first().map_or(0, |s| s.refused.len());
        if best.as_ref().is_none_or(|(least, _)| problems < *least) {
            best = Some((problems, read));
        }
    }
    let Some((_, (_, effective, plan, sources))) = best else {
        return String::new();
    };
    let page = Page {
        sources: &sources,
        effective: &effective,
        plan: &plan,
        style,
        bare: Some(name),
    };
    let snippet = effective.snippets.first();
    let text = snippet.map(|s| page.snippet(s, &format!("{name}, read as a {}", s.key())));
    text.map_or(format!("{}: there is nothing in it\n", sanitize(name)), |text| {
        sources.hidden().shown(&text).into_owned()
    })
}

/// An Ingress with this text.
fn around(text: &str, key: &str) -> (Manifests, Effective, Plan, Sources) {
    let object = serde_json::json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "example", "annotations": {format!("nginx.ingress.kubernetes.io/{key}"): text}},
        "spec": {"ingressClassName": "nginx", "rules": [{"host": "app.example.com", "http": {"paths": [
            {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "app", "port": {"number": 80}}}}
        ]}}]},
    })
    .to_string();
    let mut sources = Sources::default();
    let id = sources.add("example.json", object.clone());
    let manifests = model::join([model::read(id, &object)]);
    sources.hide(secrets::of(&manifests, &Controller::default()));
    let effective = effective::build(&manifests, Controller::default());
    let plan = plan::plan(&manifests, &effective, &options(&Installation::default()));
    (manifests, effective, plan, sources)
}

struct Page<'a> {
    sources: &'a Sources,
    effective: &'a Effective,
    plan: &'a Plan,
    style: &'a Style,
    /// The text is a file of its own, of this name: its lines are counted, not those of the objects around it.
    bare: Option<&'a str>,
}

/// In front of what is said of a directive.
const INDENT: &str = "          ";

impl Page<'_> {
    /// Every snippet, without its secrets.
    fn all(&self) -> String {
        let snippets = self.effective.snippets.iter();
        let out: String = snippets.map(|s| self.snippet(s, &place(self.effective, s))).collect();
        self.sources.hidden().shown(&out).into_owned()
    }

    fn snippet(&self, snippet: &Snippet, title: &str) -> String {
        let mut out = format!("{}\n", self.style.paint(Ink::Bold, &sanitize(title)));
        if self.bare.is_none() {
            out += &self.style.paint(Ink::Dim, &self.position(snippet.text.value()));
            out.push('\n');
        }
        out.push('\n');
        if snippet.kind == SnippetKind::ModSecurity {
            out += "  Rules of ModSecurity; Traefik has no such firewall of its own.\n";
        }
        let steps = walk::walk(self.effective, self.plan, snippet);
        let mut told = BTreeSet::new();
        for step in &steps {
            // what Traefik does is said once for each kind of directive
            out += &self.step(snippet, step, told.insert(&step.instead));
        }
        out + &self.count(&steps) + "\n"
    }

    fn position(&self, span: Span) -> String {
        let at = self.sources.position(&span);
        sanitize(&format!(
            "{}:{}:{}",
            self.sources.get(span.source).path,
            at.line,
            at.column
        ))
    }

    fn line(&self, snippet: &Snippet, step: &Step) -> usize {
        match self.bare {
            Some(_) => snippet.text.nginx()[..step.at.start].matches('\n').count() + 1,
            None => self.sources.position(&step.span).line,
        }
    }

    fn step(&self, snippet: &Snippet, step: &Step, first: bool) -> String {
        let number = self.style.paint(Ink::Dim, &format!("{:>5}", self.line(snippet, step)));
        let written = snippet.directive(step.at).map(head).unwrap_or_default();
        let indent = "  ".repeat(step.depth);
        let mut out = format!(
            "{number}  {indent}{}\n",
            self.style.paint(Ink::Cyan, &sanitize(&written))
        );
        for text in &step.does {
            out += &self.row("", text);
        }
        if first && !step.instead.is_empty() {
            out += &self.row("Traefik: ", &step.instead);
        }
        out + &self.verdict(&step.verdict) + "\n"
    }

    fn row(&self, label: &str, text: &str) -> String {
        let text = sanitize(text);
        wrapped(&text, &format!("{INDENT}{label}"), &format!("{INDENT}  "), self.style)
    }

    fn verdict(&self, verdict: &Verdict) -> String {
        let (word, ink, more) = match verdict {
            Verdict::Kept => ("kept", Ink::Green, String::new()),
            Verdict::Differs(differences) => ("kept, but", Ink::Yellow, differences.join("; ")),
            Verdict::Pending => (
                "can be kept",
                Ink::Yellow,
                "nothing of it is served as it stands".to_owned(),
            ),
            Verdict::NotNeeded(why) => ("not needed", Ink::Green, why.clone()),
            Verdict::ByHand(why) => ("by hand", Ink::Red, why.clone()),
            Verdict::Refused(message) => ("nginx refuses it", Ink::Red, message.clone()),
            Verdict::Dropped(why) => ("without effect", Ink::Yellow, why.clone()),
        };
        let colon = if more.is_empty() { "" } else { ": " };
        let text = self.row("", &format!("=> {word}{colon}{more}"));
        // colour has no width: it comes after the line is broken
        text.replacen(word, &self.style.paint(ink, word), 1)
    }

    fn count(&self, steps: &[Step]) -> String {
        let number = |is: &dyn Fn(&Verdict) -> bool| steps.iter().filter(|s| is(&s.verdict)).count();
        let parts = [
            (number(&|v| matches!(v, Verdict::Kept)), "kept"),
            (number(&|v| matches!(v, Verdict::Differs(_))), "kept with differences"),
            (number(&|v| matches!(v, Verdict::Pending)), "can be kept"),
            (number(&|v| matches!(v, Verdict::NotNeeded(_))), "not needed"),
            (number(&|v| matches!(v, Verdict::ByHand(_))), "by hand"),
            (number(&|v| matches!(v, Verdict::Refused(_))), "refused by nginx"),
            (number(&|v| matches!(v, Verdict::Dropped(_))), "without effect"),
        ];
        let parts = parts
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{n} {what}"));
        let s = if steps.len() == 1 { "" } else { "s" };
        let all = format!("{} directive{s}: {}", steps.len(), parts.collect::<Vec<_>>().join(", "));
        format!("  {}\n", self.style.paint(Ink::Bold, &all))
    }
}

/// Name and arguments, without secrets and without what stands in braces.
fn head(directive: &nginx_snippet::Directive) -> String {
    let alone = nginx_snippet::Directive {
        block: None,
        ..directive.clone()
    };
    let text = redact(&alone);
    match directive.block {
        Some(_) => format!("{} {{", text.trim_end_matches(';')),
        None => text,
    }
}
