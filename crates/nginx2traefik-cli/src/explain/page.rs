//! The page of a rule, an annotation, a ConfigMap key or a name.
use crate::render::{Ink, Style, markdown, wrapped};
use nginx2traefik::rules::{
    Annotation, AnnotationRule, ConfigKey, DirectiveRule, Name, Registry, Rule, Support, Target, registry,
};

/// The page of whatever the subject is, or what to say where it is nothing.
pub(super) fn of(subject: &str, style: &Style) -> Result<String, String> {
    let registry = registry();
    let short = subject.rsplit('/').next().unwrap_or(subject);
    if let Some(rule) = registry.feature(subject) {
        return Ok(feature(rule, style));
    }
    if let Some(known) = registry.annotation(short) {
        return Ok(annotation(known, short, style) + &markdown(&known.rule.page, style));
    }
    if let Some(key) = registry.configmap_key(short) {
        return Ok(config_key(key, style)
            + &owner(
                registry,
                |rule| rule.configmap.iter().any(|k| k.name == key.name),
                style,
            ));
    }
    if let Some(known) = registry
        .names()
        .find(|known| known.name == subject || known.name == short)
    {
        return Ok(name(known, style));
    }
    if let Some(page) = directive(registry, subject, style) {
        return Ok(page);
    }
    let near = registry
        .suggest(short)
        .map(|key| format!("; did you mean `{key}`?"))
        .unwrap_or_default();
    Err(format!(
        "`{subject}` is no rule, annotation, ConfigMap key or nginx directive that is known{near}\n`nginx2traefik rules` lists them"
    ))
}

fn title(text: &str, style: &Style) -> String {
    format!("{}\n", style.paint(Ink::Bold, text))
}

fn feature(rule: &Rule, style: &Style) -> String {
    let mut out = title(&rule.title, style);
    out += &wrapped(&rule.summary, "", "", style);
    if !rule.annotations.is_empty() {
        out += &format!("\n{}", title("Annotations", style));
        for known in &rule.annotations {
            out += &format!("  {}\n", style.paint(Ink::Cyan, &known.name));
            out += &wrapped(&known.summary, "      ", "      ", style);
            out += &grade("Ingress", known, &known.ingress, style);
            out += &grade("Gateway", known, &known.gateway, style);
        }
    }
    if !rule.configmap.is_empty() {
        out += &format!("\n{}", title("Keys of the controller's ConfigMap", style));
        for key in &rule.configmap {
            out += &format!("  {}\n", style.paint(Ink::Cyan, &key.name));
            out += &wrapped(&key.meaning, "      ", "      ", style);
        }
    }
    out + "\n" + &markdown(below_title(&rule.page), style)
}

/// The page without its first heading: the facts have stood under it already.
fn below_title(page: &str) -> &str {
    match page.split_once('\n') {
        Some((title, rest)) if title.starts_with("# ") => rest.trim_start_matches('\n'),
        _ => page,
    }
}

fn annotation(known: AnnotationRule, written: &str, style: &Style) -> String {
    let facts = known.annotation;
    let mut out = title(written, style);
    if written != facts.name {
        out += &format!("an older name of {}\n", facts.name);
    }
    out += &wrapped(&facts.summary, "", "", style);
    out.push('\n');
    let or_none = |text: &str| {
        if text.is_empty() {
            "none".to_owned()
        } else {
            text.to_owned()
        }
    };
    let mut rows = vec![
        ("default", or_none(&facts.value.default)),
        ("acts on", format!("{:?}", facts.scope).to_lowercase()),
    ];
    if !facts.value.values.is_empty() {
        rows.push(("values", facts.value.values.join(", ")));
    }
    if !facts.value.configmap.is_empty() {
        rows.push(("ConfigMap", facts.value.configmap.clone()));
    }
    if facts.protects {
        rows.push(("protects", "yes: losing it may open something".into()));
    }
    for (label, text) in rows {
        out += &wrapped(&format!("{label:9} {text}"), "  ", "            ", style);
    }
    out += &grade("Ingress", facts, &facts.ingress, style);
    out += &grade("Gateway", facts, &facts.gateway, style);
    out.push('\n');
    out
}

fn grade(target: &str, known: &Annotation, support: &Support, style: &Style) -> String {
    let (word, ink) = crate::rules_table::word(if known.converted {
        support.fidelity
    } else {
        nginx2traefik::finding::Fidelity::Unsupported
    });
    let mut out = wrapped(
        &format!("{target}: {word}. {}", support.plain),
        "      ",
        "        ",
        style,
    );
    // the word is coloured after the line is broken: colour has no width
    out = out.replacen(word, &style.paint(ink, word), 1);
    for difference in &support.differences {
        out += &wrapped(difference, "        - ", "          ", style);
    }
    out
}

fn config_key(key: &ConfigKey, style: &Style) -> String {
    let mut out = title(&key.name, style);
    out += &wrapped(&key.meaning, "", "", style);
    let default = if key.default.is_empty() { "none" } else { &key.default };
    out + &format!("\n  a key of the controller's ConfigMap; default: {default}\n\n")
}

fn owner(registry: &Registry, owns: impl Fn(&Rule) -> bool, style: &Style) -> String {
    registry
        .features()
        .iter()
        .find(|rule| owns(rule))
        .map(|rule| markdown(&rule.page, style))
        .unwrap_or_default()
}

/// An nginx directive as it stands in a snippet.
fn directive(registry: &Registry, name: &str, style: &Style) -> Option<String> {
    let known = registry.directive(name)?;
    let DirectiveRule { directive, rule, .. } = known;
    let mut out = title(name, style);
    out += "an nginx directive, written in a snippet\n\n";
    out += &wrapped(&directive.summary, "  ", "  ", style);
    let module = modules(name);
    out += &wrapped(&module, "  module   ", INDENT, style);
    let same: Vec<&str> = directive.names().filter(|other| *other != name).take(LISTED).collect();
    if !same.is_empty() {
        out += &wrapped(&same.join(", "), "  also     ", INDENT, style);
    }
    out.push('\n');
    out += &wrapped(&directive.instead, "  Traefik  ", INDENT, style);
    for (label, target) in [("Ingress", Target::Ingress), ("Gateway", Target::Gateway)] {
        let (word, ink) = crate::rules_table::word(known.fidelity(target));
        out += &format!("  {label}  {}\n", style.paint(ink, word));
    }
    if let Some(known) = registry.annotation(&directive.annotation) {
        out += &format!("\n  As the annotation {}:\n", known.annotation.name);
        out += &grade("Ingress", known.annotation, &known.annotation.ingress, style);
        out += &grade("Gateway", known.annotation, &known.annotation.gateway, style);
    }
    Some(out + &format!("\n  `nginx2traefik explain {}` says more\n", rule.feature))
}

/// Where the text of a row begins.
const INDENT: &str = "           ";
/// Directives of the same kind that are named.
const LISTED: usize = 12;

/// Where nginx has it from, and what ingress-nginx needs for it.
fn modules(name: &str) -> String {
    let mut told: Vec<String> = Vec::new();
    for info in nginx_snippet::directives(name) {
        let needs = info
            .loaded_by()
            .map(|key| format!(", loaded with {key}"))
            .unwrap_or_default();
        told.push(format!("{}{needs}", info.module));
    }
    told.dedup();
    told.join("; ")
}

fn name(known: &Name, style: &Style) -> String {
    let mut out = title(&known.name, style) + &wrapped(&known.summary, "", "", style);
    if !known.since.is_empty() {
        out += &format!("\n  removed in ingress-nginx {}\n", known.since);
    }
    if !known.meant.is_empty() {
        out += &format!("\n  what was meant: {}\n", known.meant);
    }
    out
}
