//! What the ban would refuse, by namespace: which ones are ready for `deny`, and what stands in the way of the others.
use super::sanitize::sanitize;
use super::{Ink, Style, wrapped};
use nginx2traefik::admission::{Mode, Outcome, Policy, Stored};
use nginx2traefik::finding::Severity;
use nginx2traefik::source::Sources;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Objects of a namespace that are shown; of more the number is told.
const SHOWN: usize = 10;

/// The list.
pub(crate) fn admission(sources: &Sources, policy: &Policy, stored: &[Stored], all: bool, style: &Style) -> String {
    let mut namespaces: BTreeMap<&str, Vec<&Stored>> = BTreeMap::new();
    for object in stored {
        namespaces.entry(&object.object.namespace).or_default().push(object);
    }
    if namespaces.is_empty() {
        return "no Ingress and no IngressClass\n".to_owned();
    }
    let mut out = String::new();
    // what belongs to no namespace comes last
    let named = namespaces.iter().filter(|(name, _)| !name.is_empty());
    let nowhere = namespaces.iter().filter(|(name, _)| name.is_empty());
    for (name, objects) in named.chain(nowhere) {
        out += &namespace(sources, policy, name, objects, all, style);
        out.push('\n');
    }
    out + &ready(&namespaces, style)
}

fn refused<'a>(objects: &[&'a Stored]) -> Vec<&'a Stored> {
    let denied = objects.iter().filter(|object| object.outcome == Outcome::Denied);
    denied.copied().collect()
}

/// The mode that the namespace has today.
fn mode(policy: &Policy, namespace: &str) -> &'static str {
    let own = policy.namespaces.get(namespace).and_then(|here| here.mode);
    match own.unwrap_or(policy.mode) {
        Mode::Deny => "deny",
        Mode::Warn => "warn",
        Mode::Audit => "audit",
    }
}

fn namespace(sources: &Sources, policy: &Policy, name: &str, objects: &[&Stored], all: bool, style: &Style) -> String {
    let shown = if name.is_empty() {
        "(cluster)".to_owned()
    } else {
        sanitize(name)
    };
    let denied = refused(objects);
    let exempt = objects
        .iter()
        .filter(|object| object.outcome == Outcome::Exempt)
        .count();
    let (ink, says) = match denied.len() {
        _ if exempt == objects.len() => (Ink::Dim, "exempt".to_owned()),
        0 => (Ink::Green, format!("nothing is refused of {}", count(objects.len()))),
        refused => (
            Ink::Red,
            format!("{refused} of {} would be refused", count(objects.len())),
        ),
    };
    let mode = style.paint(Ink::Dim, &format!("(mode {})", mode(policy, name)));
    // writing to a String cannot fail
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} {mode}: {}",
        style.paint(Ink::Bold, &shown),
        style.paint(ink, &says)
    );
    let told: Vec<&&Stored> = objects.iter().filter(|object| !object.findings.is_empty()).collect();
    let most = if all { told.len() } else { SHOWN };
    for object in told.iter().take(most) {
        out += &one(sources, object, style);
    }
    if told.len() > most {
        let _ = writeln!(out, "  and {} more (--all shows each)", told.len() - most);
    }
    out
}

fn count(objects: usize) -> String {
    match objects {
        1 => "1 object".to_owned(),
        more => format!("{more} objects"),
    }
}

fn one(sources: &Sources, stored: &Stored, style: &Style) -> String {
    let at = sources.position(&stored.place);
    let file = sanitize(&sources.get(stored.place.source).path);
    let of = |wanted: Severity| -> Vec<String> {
        let findings = stored.findings.iter().filter(|finding| finding.severity == wanted);
        findings.map(|finding| sanitize(&finding.primary.text)).collect()
    };
    let let_through = match &stored.exempt_until {
        Some(until) => format!("exempt until {until}"),
        None => "only noted".to_owned(),
    };
    let parts = [
        (Severity::Error, String::new()),
        (Severity::Warning, "only warned of: ".to_owned()),
        (Severity::Note, let_through + ": "),
    ];
    let told = parts.iter().map(|(severity, word)| (of(*severity), word));
    let told: Vec<String> = told
        .filter(|(names, _)| !names.is_empty())
        .map(|(names, word)| format!("{word}{}", names.join(", ")))
        .collect();
    let object = &stored.object;
    let text = format!("{} ({file}:{}): {}", sanitize(&object.name), at.line, told.join("; "));
    wrapped(&text, "  ", "      ", style)
}

/// The last lines: what to do next.
fn ready(namespaces: &BTreeMap<&str, Vec<&Stored>>, style: &Style) -> String {
    let named = namespaces.iter().filter(|(name, _)| !name.is_empty());
    let (ready, not): (Vec<_>, Vec<_>) = named.partition(|(_, objects)| refused(objects).is_empty());
    let list = |some: &[(&&str, &Vec<&Stored>)]| {
        let names: Vec<String> = some.iter().map(|(name, _)| sanitize(name)).collect();
        names.join(", ")
    };
    let mut out = String::new();
    if !ready.is_empty() {
        out += &wrapped(&format!("Ready for deny: {}", list(&ready)), "", "  ", style);
    }
    if !not.is_empty() {
        out += &wrapped(&format!("Not yet: {}", list(&not)), "", "  ", style);
    }
    let advice = "Stored objects stay as they are in every mode; under deny, what is listed may be removed and not changed. \
                  `nginx2traefik migrate` writes them for Traefik, `nginx2traefik explain NAME` tells about a setting.";
    out + &wrapped(advice, "", "  ", style)
}
