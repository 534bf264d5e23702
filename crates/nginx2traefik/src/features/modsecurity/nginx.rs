//! What ingress-nginx makes of it (internal/ingress/controller/template/template.go:1590-1633, buildModSecurityForLocation; nginx.tmpl:94-109).
use super::seclang::{Engine, Rules, Told};
use crate::effective::{Effective, EffectiveIngress, Origin, Reader, Setting, Snippet, SnippetKind};
use crate::source::Span;

/// ModSecurity in the locations of an Ingress.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Firewall {
    /// enable-modsecurity
    pub enable: Option<Setting<bool>>,
    /// enable-owasp-core-rules
    pub core_rules: Option<Setting<bool>>,
    /// modsecurity-transaction-id
    pub transaction: Option<Setting<String>>,
}

/// Reads it from the annotations of one Ingress. (`annotations/modsecurity`: an invalid value is as good as none.)
pub fn read(reader: &Reader<'_>) -> Firewall {
    let firewall = Firewall {
        enable: reader.optional(reader.bool("enable-modsecurity")),
        core_rules: reader.optional(reader.bool("enable-owasp-core-rules")),
        transaction: reader.optional(reader.string("modsecurity-transaction-id")),
    };
    let globally = reader.config_bool("enable-modsecurity", false).value;
    if !firewall.enable.as_ref().map_or(globally, |enable| enable.value) {
        let beside = ["enable-owasp-core-rules", "modsecurity-transaction-id"];
        reader.inert(&beside, "ModSecurity is off");
    }
    firewall
}

/// What the firewall of an Ingress does to requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There is none.
    Off,
    /// It refuses nothing: why, for a sentence that begins with "it".
    Passes(&'static str),
    /// It refuses, or changes, some requests.
    Refuses(Vec<Reason>),
    /// Nobody knows without a look at files.
    Unclear(Vec<Reason>),
}

/// What decides about requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Its place; none where it is in no text of the user's.
    pub span: Option<Span>,
    /// The annotation or key of the ConfigMap.
    pub key: &'static str,
    /// What it is.
    pub what: String,
}

/// The firewall is on in the locations of the Ingress.
pub fn is_on(effective: &Effective, ingress: &EffectiveIngress) -> bool {
    let globally = effective.controller.bool("enable-modsecurity", false).value;
    let own = ingress.settings.modsecurity.enable.as_ref();
    own.map_or(globally, |own| own.value) && ingress.settings.canary.is_none()
}

/// What it does to requests.
pub fn verdict(effective: &Effective, ingress: &EffectiveIngress) -> Verdict {
    if !is_on(effective, ingress) {
        return Verdict::Off;
    }
    let layers = layers(effective, ingress);
    let reasons = |told: fn(&Rules) -> Vec<Told>| -> Vec<Reason> {
        let of = |layer: &Layer<'_>| {
            told(&layer.rules)
                .iter()
                .map(|told| layer.reason(told))
                .collect::<Vec<_>>()
        };
        layers.iter().flat_map(of).collect()
    };
    let unclear = reasons(|rules| rules.unclear.clone());
    if !unclear.is_empty() {
        return Verdict::Unclear(unclear);
    }
    let rules = layers
        .iter()
        .fold(Rules::default(), |all, layer| all.within(layer.rules.clone()));
    let refusals: Vec<Reason> = rules.refusals().iter().filter_map(|told| find(&layers, told)).collect();
    match rules.engine {
        Some(Engine::File) => Verdict::Unclear(vec![Reason {
            span: None,
            key: "enable-modsecurity",
            what: "the file modsecurity.conf of the controller's container".into(),
        }]),
        Some(Engine::On) if refusals.is_empty() => Verdict::Passes("has no rule that refuses a request"),
        _ if rules.switches_on && !refusals.is_empty() => Verdict::Refuses(refusals),
        Some(Engine::On) => Verdict::Refuses(refusals),
        Some(Engine::DetectionOnly) => Verdict::Passes("only detects (SecRuleEngine DetectionOnly)"),
        Some(Engine::Off) => Verdict::Passes("asks no rule (SecRuleEngine Off)"),
        None => Verdict::Passes("asks no rule (there is no SecRuleEngine, and it is off by itself)"),
    }
}

/// Where rules stand.
struct Layer<'a> {
    key: &'static str,
    snippet: Option<&'a Snippet>,
    rules: Rules,
}

impl Layer<'_> {
    fn reason(&self, told: &Told) -> Reason {
        let span = self.snippet.map(|snippet| of_line(snippet, told.line));
        Reason {
            span,
            key: self.key,
            what: told.what.clone(),
        }
    }
}

fn find(layers: &[Layer<'_>], told: &Told) -> Option<Reason> {
    let layer = layers.iter().find(|layer| layer.rules.mentions(told))?;
    Some(layer.reason(told))
}

/// The place of a line of the rules; they begin on the line behind `modsecurity_rules '`.
fn of_line(snippet: &Snippet, line: Option<usize>) -> Span {
    let text = snippet.text.nginx();
    let Some(line) = line else {
        return snippet.text.value();
    };
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let length = text[start..].lines().next().map_or(0, str::len);
    snippet.span(nginx_snippet::Span {
        start,
        end: start + length,
    })
}

/// From the location outwards.
fn layers<'e>(effective: &'e Effective, ingress: &EffectiveIngress) -> Vec<Layer<'e>> {
    let controller = &effective.controller;
    let globally = controller.bool("enable-modsecurity", false).value;
    let core_globally = controller.bool("enable-owasp-modsecurity-crs", false).value;
    let own = &ingress.settings.modsecurity;
    let mut layers = Vec::new();
    let mut own_ids = ingress.settings.snippets.iter().map(|id| effective.snippet(*id));
    let snippet = own_ids.find(|s| s.kind == SnippetKind::ModSecurity && s.is_written());
    layers.extend(snippet.map(|s| of_snippet("modsecurity-snippet", s)));
    if !globally && snippet.is_none() {
        layers.push(of_file("enable-modsecurity", Rules::recommended()));
    }
    if !core_globally && own.core_rules.as_ref().is_some_and(|c| c.value) {
        layers.push(of_file("enable-owasp-core-rules", Rules::core_rules()));
    }
    if globally {
        let of_config =
            |s: &&Snippet| s.kind == SnippetKind::ModSecurity && !matches!(s.origin, Origin::Annotation { .. });
        layers.push(match effective.snippets.iter().find(of_config) {
            Some(snippet) => of_snippet("modsecurity-snippet", snippet),
            None => of_file("enable-modsecurity", Rules::recommended()),
        });
        if core_globally {
            layers.push(of_file("enable-owasp-modsecurity-crs", Rules::core_rules()));
        }
    }
    layers
}

fn of_snippet<'e>(key: &'static str, snippet: &'e Snippet) -> Layer<'e> {
    // nginx takes the quotes away first
    let rules = match snippet.tree.directives.as_slice() {
        [rules] => Rules::read(rules.arg(0).unwrap_or_default()),
        _ => Rules::unclear("a quote that ends the rules early"),
    };
    Layer {
        key,
        snippet: Some(snippet),
        rules,
    }
}

fn of_file<'e>(key: &'static str, rules: Rules) -> Layer<'e> {
    Layer {
        key,
        snippet: None,
        rules,
    }
}
