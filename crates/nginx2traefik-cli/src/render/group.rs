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
        let key = (finding.severity, &finding.rule, &finding.annotation);
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
    /// Lines about the others; empty where there are none.
    pub(super) fn rest(&self, sources: &Sources) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let (same, different): (Vec<&Finding>, Vec<&Finding>) = self
            .others
            .iter()
            .partition(|other| other.message == self.first.message);
        if !same.is_empty() {
            let places: Vec<String> = same.iter().take(LISTED).map(|f| place(sources, f)).collect();
            let more = more(same.len());
            lines.push(format!("the same at {}{more}", places.join(", ")));
        }
        for finding in different.iter().take(LISTED) {
            lines.push(format!("{}: {}", place(sources, finding), sanitize(&finding.message)));
        }
        if different.len() > LISTED {
            lines.push(format!(
                "and {} more of this kind (--all shows each)",
                different.len() - LISTED
            ));
        }
        lines
    }

    /// How bad.
    pub(super) fn severity(&self) -> Severity {
        self.first.severity
    }
}

fn more(count: usize) -> String {
    if count > LISTED {
        format!(" and {} more (--all shows each)", count - LISTED)
    } else {
        String::new()
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
