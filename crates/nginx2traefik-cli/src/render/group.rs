//! Findings of one kind, put together: the first is shown in full, of the others the place.
use super::sanitize::sanitize;
use nginx2traefik::finding::{Finding, Severity};
use nginx2traefik::source::Sources;
use std::collections::BTreeMap;

/// Places that are listed; of more the number is told.
const LISTED: usize = 5;

/// Findings that say the same of different places.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The one that comes first.
    pub(super) first: &'a Finding,
    /// The others, in order.
    pub(super) others: Vec<&'a Finding>,
}

/// Groups, the worst first, else by place. With `all` each finding is a group of its own.
pub(super) fn groups<'a>(findings: &[&'a Finding], all: bool) -> Vec<Group<'a>> {
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    let mut groups: Vec<Group<'a>> = Vec::new();
    for finding in findings {
        // a card shows its differences, so that those of one card have to be the same
        let differences = (finding.severity > Severity::Note).then_some(&finding.differences);
        let key = (finding.severity, &finding.rule, &finding.annotation, differences);
        match known.get(&key).filter(|_| !all) {
            Some(at) => groups[*at].others.push(finding),
            None => {
                known.insert(key, groups.len());
                groups.push(Group {
                    first: finding,
                    others: Vec::new(),
                });
            }
        }
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.first.severity));
    groups
}

impl Group<'_> {
    /// Lines about the others, one for each thing that is said; empty where there are none.
    pub(super) fn rest(&self, sources: &Sources) -> Vec<String> {
        let mut said: Vec<(&str, Vec<&Finding>)> = Vec::new();
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in &self.others {
            let at = *known.entry(&finding.message).or_insert(said.len());
            if at == said.len() {
                said.push((&finding.message, Vec::new()));
            }
            said[at].1.push(finding);
        }
        // what the card says comes first
        said.sort_by_key(|(message, _)| *message != self.first.message);
        let mut lines: Vec<String> = said
            .iter()
            .take(LISTED)
            .map(|(message, findings)| self.line(sources, message, findings))
            .collect();
        if said.len() > LISTED {
            let more: usize = said[LISTED..].iter().map(|(_, findings)| findings.len()).sum();
            lines.push(format!("and {more} more of this kind (--all shows each)"));
        }
        lines
    }

    fn line(&self, sources: &Sources, message: &str, findings: &[&Finding]) -> String {
        let places: Vec<String> = findings.iter().take(LISTED).map(|f| place(sources, f)).collect();
        let more = match findings.len() {
            count if count > LISTED => format!(" and {} more (--all shows each)", count - LISTED),
            _ => String::new(),
        };
        let places = places.join(", ");
        if message == self.first.message {
            format!("the same at {places}{more}")
        } else if findings.len() == 1 {
            format!("{places}: {}", sanitize(message))
        } else {
            format!("{}: at {places}{more}", sanitize(message))
        }
    }

    /// How bad.
    pub(super) fn severity(&self) -> Severity {
        self.first.severity
    }
}

/// `a.yaml:3:7`
pub(super) fn place(sources: &Sources, finding: &Finding) -> String {
    let source = sources.get(finding.primary.span.source);
    let path = sanitize(&source.path);
    if source.text.is_empty() {
        return path;
    }
    let at = sources.position(&finding.primary.span);
    format!("{path}:{}:{}", at.line, at.column)
}
