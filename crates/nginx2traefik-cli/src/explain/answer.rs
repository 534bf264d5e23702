//! What ingress-nginx answers to a request, with the settings behind it and where each stands.
use super::request;
use crate::args::Explain;
use crate::exit::Exit;
use crate::output;
use crate::project::Project;
use crate::render::{self, Ink, Style, masked, sanitize, wrapped};
use nginx2traefik::effective::{self, Answer, BackendCall, Host, HostName, Location, Matcher, Origin, Request, Scheme};
use nginx2traefik::model::IngressId;
use nginx2traefik::rules::{NameKind, registry};
use nginx2traefik::source::Span;

/// Runs it.
pub(super) fn run(line: &str, args: &Explain, style: &Style) -> anyhow::Result<Exit> {
    let request = match request::parse(line) {
        Ok(request) => request,
        Err(message) => {
            render::error(&message);
            return Ok(Exit::Usage);
        }
    };
    let project = Project::read(&args.subjects, &args.settings, None)?;
    let page = Page {
        project: &project,
        style,
    };
    let answer = effective::serve(&project.effective, &request);
    let located = effective::located(&project.effective, &request);
    let text = page.head(&request) + &page.answer(&answer) + &page.because(located);
    output::stdout(project.loaded.sources.hidden().shown(&text).as_bytes())?;
    let exit = render::problems(&project.loaded.sources, &project.findings, style);
    Ok(if project.loaded.failed { Exit::Failed } else { exit })
}

/// Hosts that are listed where none fits.
const LISTED: usize = 10;

struct Page<'a> {
    project: &'a Project,
    style: &'a Style,
}

impl Page<'_> {
    fn head(&self, request: &Request) -> String {
        let scheme = match request.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        let line = format!("{} {scheme}://{}{}", request.method, request.host, request.target);
        format!("{}\n\n", self.style.paint(Ink::Bold, &sanitize(&line)))
    }

    fn answer(&self, answer: &Answer) -> String {
        let mut out = String::new();
        match answer {
            Answer::Own { status, headers } => {
                out += &format!(
                    "  {} by ingress-nginx itself\n",
                    self.style.paint(Ink::Cyan, &status.to_string())
                );
                out += &self.headers("", headers);
            }
            Answer::Backend {
                call, headers, removed, ..
            } => {
                out += &self.call(call);
                out += &self.headers("adds to the answer ", headers);
                let removed: Vec<_> = removed.iter().map(|name| (name.clone(), String::new())).collect();
                out += &self.headers("takes from the answer ", &removed);
            }
            Answer::Closed => out += "  the connection is closed without an answer\n",
            Answer::Unknown(why) => {
                out += &wrapped(&format!("cannot be told: {}", sanitize(why)), "  ", "    ", self.style)
            }
        }
        out
    }

    fn call(&self, call: &BackendCall) -> String {
        let service = self.style.paint(Ink::Cyan, &sanitize(&call.service));
        let mut out = format!("  goes to Service {service} as\n");
        out += &sanitize(&format!(
            "    {} {}\n    Host: {}\n",
            call.method, call.target, call.host
        ));
        for (name, value) in &call.headers {
            out += &sanitize(&format!("    {name}: {value}\n"));
        }
        for name in &call.without {
            out += &sanitize(&format!("    without {name}\n"));
        }
        out
    }

    fn headers(&self, what: &str, headers: &[(String, String)]) -> String {
        let line = |(name, value): &(String, String)| {
            let colon = if value.is_empty() { "" } else { ": " };
            format!("    {what}{}\n", sanitize(&format!("{name}{colon}{value}")))
        };
        headers.iter().map(line).collect()
    }

    fn because(&self, located: Option<(&Host, Option<&Location>)>) -> String {
        let mut out = format!("\n{}\n", self.style.paint(Ink::Bold, "Because"));
        let Some((host, location)) = located else {
            return out + &self.no_host();
        };
        for (what, value, span) in self.of_host(host) {
            out += &self.row(what, &value, span);
        }
        let Some(location) = location else {
            return out + "  no path of this host fits: the default backend answers\n";
        };
        let ingress = self.project.manifests.ingress(location.ingress);
        let how = match location.matcher {
            Matcher::Exact => "exactly",
            Matcher::Prefix => "and below",
            Matcher::Regex => "as a regular expression, whatever its case",
        };
        let path = if location.implicit {
            "/ of every server".to_owned()
        } else {
            format!("{} {how}", location.path)
        };
        out += &self.row("path", &path, location.span);
        for canary in &location.canaries {
            out += &self.row("canary", &canary.backend.name, Some(canary.backend.span));
        }
        let name = format!("{}/{}", ingress.namespace, ingress.name.value);
        out += &self.row("Ingress", &name, Some(ingress.name.span));
        out += &self.annotations(location.ingress);
        out + &self.config()
    }

    fn no_host(&self) -> String {
        let hosts = &self.project.effective.hosts;
        let names = hosts
            .iter()
            .filter(|host| host.name != HostName::CatchAll)
            .map(|host| sanitize(&name(&host.name)));
        let names: Vec<String> = names.collect();
        let mut out = String::from("  no Ingress of ingress-nginx has this host: its default backend answers\n");
        if !names.is_empty() {
            let more = if names.len() > LISTED { ", ..." } else { "" };
            let known = names[..names.len().min(LISTED)].join(", ");
            out += &wrapped(&format!("hosts that have one: {known}{more}"), "  ", "  ", self.style);
        }
        out
    }

    /// What holds for all of a host, and who says so.
    fn of_host(&self, host: &Host) -> Vec<(&'static str, String, Option<Span>)> {
        let mut rows = vec![("host", name(&host.name), None)];
        let mut add = |what, value: String, origin: &Origin| rows.push((what, value, origin.span()));
        if let Some(tls) = &host.tls.enabled {
            let text = "has a certificate: http is redirected to https unless ssl-redirect says otherwise";
            add("TLS", text.into(), &tls.origin);
        }
        if let Some(regex) = &host.regex_mode {
            let text = "all paths of the host are regular expressions";
            add("regex mode", text.into(), &regex.origin);
        }
        if let Some(auth) = &host.client_auth {
            let (namespace, name) = &auth.secret.value;
            let text = format!("signed by Secret {namespace}/{name}");
            add("client certificate", text, &auth.secret.origin);
        }
        if let Some(root) = &host.app_root {
            add("app-root", root.value.clone(), &root.origin);
        }
        if let Some(www) = &host.www {
            add(
                "www redirect",
                format!("{} {}", www.code, www.from),
                &www.setting.origin,
            );
        }
        if let Some(through) = &host.passthrough {
            add("TLS passthrough", through.value.name.clone(), &through.origin);
        }
        rows
    }

    fn annotations(&self, id: IngressId) -> String {
        let mut out = String::new();
        let prefix = &self.project.effective.controller.annotations_prefix;
        for annotation in &self.project.manifests.ingress(id).annotations {
            let NameKind::Nginx(rule) = registry().classify(&annotation.name.value, prefix) else {
                continue;
            };
            let value = masked(annotation.value.value.trim_end());
            let value = value.as_str();
            let value = match value.split_once('\n') {
                Some((first, _)) => format!("{first} ..."),
                None => value.to_owned(),
            };
            let known = rule.annotation;
            out += &self.row(
                "annotation",
                &format!("{}: {value}", known.name),
                Some(annotation.name.span),
            );
            out += &wrapped(
                &known.summary,
                "                      ",
                "                      ",
                self.style,
            );
        }
        let of = self.project.effective.ingress(id);
        for problem in &of.problems {
            out += &self.row(
                "but",
                &format!("{}: {}", problem.key, problem.reason),
                Some(problem.span),
            );
        }
        out
    }

    /// Keys of the ConfigMap that somebody wrote.
    fn config(&self) -> String {
        let mut out = String::new();
        for (key, (value, span)) in &self.project.effective.controller.config {
            if registry().configmap_key(key).is_some() {
                out += &self.row("ConfigMap", &format!("{key}: {value}"), Some(*span));
            }
        }
        if !self.project.effective.controller.given {
            out += "\n  No --controller-config was given: ingress-nginx's built-in defaults are assumed.\n";
        }
        out
    }

    fn row(&self, what: &str, value: &str, span: Option<Span>) -> String {
        let place = span.map(|span| {
            let at = self.project.loaded.sources.position(&span);
            format!(
                "  {}:{}:{}",
                self.project.loaded.sources.get(span.source).path,
                at.line,
                at.column
            )
        });
        let place = self.style.paint(Ink::Dim, &sanitize(&place.unwrap_or_default()));
        format!("  {what:18}  {}{place}\n", sanitize(value))
    }
}

fn name(host: &HostName) -> String {
    match host {
        HostName::Exact(name) => name.clone(),
        HostName::Wildcard(rest) => format!("*.{rest}"),
        HostName::Regex(regex) => format!("~{regex}"),
        HostName::CatchAll => "every host that no other Ingress has".into(),
    }
}
