//! Walks through snippets directive by directive: what each does in nginx, what becomes of it, and how sure that is. For people who
//! inherited one, and for whoever counts how much of a snippet is kept.
mod say;

use crate::effective::snippets::{is_setting, only_declares};
use crate::effective::{Effective, HostSnippets, Origin, Snippet, SnippetKind, Standing};
use crate::features::snippets::stream;
use crate::finding::{Fidelity, Finding, Severity};
use crate::plan::Plan;
use crate::rules::{Target, registry};
use crate::source::Span;
use nginx_snippet::{Directive, Intent, LocationMatch, Meaning, Place, Program, Reading, Tree, meaning_of, read};
use std::collections::BTreeSet;

/// What becomes of a directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Traefik is told to do the same.
    Kept,
    /// It is told so, with these differences.
    Differs(Vec<String>),
    /// Nobody misses it; why.
    NotNeeded(String),
    /// It could be kept; as it stands nothing of the snippet is served, so that nothing was planned.
    Pending,
    /// It has no translation; why, and what to do.
    ByHand(String),
    /// nginx refuses it, in these words, so that no configuration can be loaded any more; what to write instead.
    Refused(String),
    /// ingress-nginx does not write the snippet; why.
    Dropped(String),
}

impl Verdict {
    /// It is translated, or need not be.
    pub fn is_resolved(&self) -> bool {
        matches!(self, Verdict::Kept | Verdict::Differs(_) | Verdict::NotNeeded(_))
    }
}

/// One directive of a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// How many blocks it stands in.
    pub depth: usize,
    /// Where it begins in [`Snippet::text`], for those who count its lines.
    pub at: nginx_snippet::Span,
    /// Where its name and arguments stand in the user's file.
    pub span: Span,
    /// What it does in nginx, a sentence each: for this text where that can be told, else in general.
    pub does: Vec<String>,
    /// What Traefik does instead; empty where the verdict says it.
    pub instead: String,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// The directives of a snippet in their order, those of blocks behind the one that holds them.
pub fn walk(effective: &Effective, plan: &Plan, snippet: &Snippet) -> Vec<Step> {
    let whole = plan
        .findings
        .iter()
        .find(|f| f.blocks && holds(f.primary.span, snippet.text.value()));
    let alone = read(&alone(snippet));
    let walker = Walker {
        snippet,
        unplanned: !snippet.refused.is_empty() || !is_planned(effective, snippet),
        unserved: unserved(effective, snippet),
        intents: intents(effective, snippet, &alone),
        findings: plan.findings.iter().collect(),
        whole,
    };
    let mut steps = Vec::new();
    walker.block(&snippet.tree.directives, 0, None, &mut steps);
    steps
}

/// The whole snippet is resolved: translated, or dropped because nobody misses it.
pub fn is_resolved(effective: &Effective, plan: &Plan, snippet: &Snippet) -> bool {
    let steps = walk(effective, plan, snippet);
    steps.iter().all(|step| step.verdict.is_resolved())
}

/// A host has it; of what stands outside of all hosts nothing else is known.
fn is_planned(effective: &Effective, snippet: &Snippet) -> bool {
    let mut hosts = effective.hosts.iter().filter_map(|h| h.snippets.as_deref());
    match snippet.kind {
        SnippetKind::Server => hosts.any(|h| h.server.contains(&snippet.id)),
        SnippetKind::Location => hosts.any(|h| h.locations.iter().flatten().any(|id| *id == snippet.id)),
        _ => true,
    }
}

/// Why nothing of the Ingress is served.
fn unserved(effective: &Effective, snippet: &Snippet) -> Option<String> {
    let Origin::Annotation { ingress, .. } = &snippet.origin else {
        return None;
    };
    let refused = effective.ingress(*ingress).standing == Standing::Refused;
    refused.then(|| "ingress-nginx does not serve this Ingress at all".to_owned())
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.source == inner.source && outer.start <= inner.start && inner.end <= outer.end
}

/// An effect with what has to hold for it.
struct Told<'a> {
    intent: &'a Intent,
    when: String,
}

/// What the snippet's directives do, wherever it stands.
fn intents<'a>(effective: &'a Effective, snippet: &Snippet, alone: &'a Reading) -> Vec<Told<'a>> {
    let ours = |places: &[Place]| places.iter().any(|p| p.source == snippet.id.0);
    let hosts: Vec<&HostSnippets> = effective.hosts.iter().filter_map(|h| h.snippets.as_deref()).collect();
    let served = hosts.into_iter().flat_map(|s| s.reading.branches());
    // nothing is served of an Ingress that breaks the controller; its snippets can be read all the same
    let mut branches: Vec<_> = served.filter(|b| b.intents.iter().any(|i| ours(&i.places))).collect();
    if branches.is_empty() {
        branches.extend(alone.branches());
    }
    let mut found = Vec::new();
    for branch in branches {
        let when = say::conditions(branch);
        for intent in branch.intents.iter().filter(|i| ours(&i.places)) {
            found.push(Told {
                intent,
                when: when.clone(),
            });
        }
    }
    found
}

/// The snippet by itself, where it stands.
fn alone(snippet: &Snippet) -> Program {
    let builder = Program::builder();
    match snippet.kind {
        SnippetKind::Location => builder.location("", LocationMatch::prefix("/"), &[(snippet.id.0, &snippet.tree)]),
        SnippetKind::Server => {
            builder
                .server(snippet.id.0, &snippet.tree)
                .location("", LocationMatch::prefix("/"), &[])
        }
        SnippetKind::Http => {
            let settings = Tree {
                directives: snippet
                    .tree
                    .directives
                    .iter()
                    .filter(|d| is_setting(d))
                    .cloned()
                    .collect(),
                errors: Vec::new(),
            };
            builder
                .http(snippet.id.0, &settings)
                .location("", LocationMatch::prefix("/"), &[])
        }
        _ => builder,
    }
    .build()
}

struct Walker<'a> {
    snippet: &'a Snippet,
    /// nginx takes nothing of it, or no host among the inputs has it.
    unplanned: bool,
    unserved: Option<String>,
    intents: Vec<Told<'a>>,
    findings: Vec<&'a Finding>,
    /// What keeps all of it from being translated.
    whole: Option<&'a Finding>,
}

impl Walker<'_> {
    fn block(&self, list: &[Directive], depth: usize, around: Option<&Verdict>, steps: &mut Vec<Step>) {
        for directive in list {
            let own = self.verdict(directive);
            // what stands in a block without translation has none either
            let verdict = match around {
                Some(outer) if own.is_resolved() => outer.clone(),
                _ => own,
            };
            let known = registry().directive(&directive.name.text).map(|k| k.directive);
            let instead = match &verdict {
                Verdict::Kept | Verdict::Differs(_) | Verdict::Pending => {
                    known.map_or(String::new(), |k| k.instead.clone())
                }
                _ => String::new(),
            };
            steps.push(Step {
                name: directive.name.text.clone(),
                depth,
                at: directive.span,
                span: self.snippet.span(directive.head()),
                does: self.does(directive),
                instead,
                verdict: verdict.clone(),
            });
            // what stands in the braces of a declaration are no directives
            if self.snippet.kind == SnippetKind::Http && only_declares(directive) {
                continue;
            }
            // a whole block that nobody misses
            let whole = matches!(verdict, Verdict::NotNeeded(_));
            let outer = Some(&verdict).filter(|v| whole || !v.is_resolved());
            self.block(directive.children(), depth + 1, outer.or(around), steps);
        }
    }

    /// For this text, else in general.
    fn does(&self, directive: &Directive) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let own = self.of(directive).filter_map(|told| {
            let effect = say::effect(&told.intent.effect)?;
            let joint = if told.when.is_empty() { "" } else { ", when " };
            Some(format!("{effect}{joint}{}", told.when))
        });
        let own: Vec<String> = own.filter(|text| seen.insert(text.clone())).collect();
        if !own.is_empty() {
            return own;
        }
        let known = registry().directive(&directive.name.text);
        known.map(|k| k.directive.summary.clone()).into_iter().collect()
    }

    fn of<'s>(&'s self, directive: &Directive) -> impl Iterator<Item = &'s Told<'s>> {
        let (source, start) = (self.snippet.id.0, directive.span.start);
        let is = move |p: &Place| p.source == source && p.span.start == start;
        self.intents.iter().filter(move |t| t.intent.places.iter().any(is))
    }

    fn verdict(&self, directive: &Directive) -> Verdict {
        if let Some(why) = self.unserved.as_ref().or(self.snippet.dropped.as_ref()) {
            return Verdict::Dropped(why.clone());
        }
        let head = directive.head();
        let refused = |p: &&nginx_snippet::Problem| head.start <= p.span.start && p.span.end <= head.end;
        if let Some(problem) = self.snippet.refused.iter().find(refused) {
            let advice = nginx_snippet::advice(&problem.message).unwrap_or_default();
            return Verdict::Refused(joined(&problem.message, &advice));
        }
        let start = self.snippet.span(head);
        let here = |f: &&&Finding| f.primary.span.source == start.source && f.primary.span.start == start.start;
        let findings: Vec<&Finding> = self.findings.iter().filter(here).copied().collect();
        if let Some(finding) = findings.iter().find(|f| f.blocks) {
            return Verdict::ByHand(joined(&finding.message, &finding.help));
        }
        if self.snippet.kind == SnippetKind::ModSecurity
            && let Some(verdict) = self.of_firewall()
        {
            return verdict;
        }
        self.of_its_kind(directive, &findings)
            .unwrap_or_else(|| self.planned(directive, &findings))
    }

    /// What stands outside of all servers has no reading: what is planned of it is told at its place.
    fn of_its_kind(&self, directive: &Directive, findings: &[&Finding]) -> Option<Verdict> {
        if !matches!(self.snippet.kind, SnippetKind::Http | SnippetKind::Stream) {
            return None;
        }
        if self.snippet.kind == SnippetKind::Http && only_declares(directive) {
            let why = "it only declares something: what uses it is told at its own place";
            return Some(Verdict::NotNeeded(why.to_owned()));
        }
        let is_static = findings.iter().any(|f| f.fidelity == Fidelity::Static) && !self.unplanned;
        is_static.then(|| differences(findings))
    }

    fn planned(&self, directive: &Directive, findings: &[&Finding]) -> Verdict {
        if let Some(why) = self.untranslatable(directive) {
            return Verdict::ByHand(why);
        }
        if let Meaning::Nothing(why) = meaning_of(&directive.name.text) {
            return Verdict::NotNeeded(why.to_owned());
        }
        if let Some(finding) = findings.iter().find(|f| f.fidelity == Fidelity::Default) {
            return Verdict::NotNeeded(finding.message.clone());
        }
        if self.unplanned {
            let known = registry().directive(&directive.name.text);
            let by_hand = known.filter(|k| k.fidelity(Target::Ingress) == Fidelity::Unsupported);
            return by_hand.map_or(Verdict::Pending, |k| Verdict::ByHand(k.directive.instead.clone()));
        }
        if let Some(whole) = self.whole {
            return Verdict::ByHand(joined(&whole.message, &whole.help));
        }
        differences(findings)
    }

    /// The rules as a whole: what one of them refuses is told at its line.
    fn of_firewall(&self) -> Option<Verdict> {
        let value = self.snippet.text.value();
        let mut inside = self.findings.iter().filter(|f| holds(value, f.primary.span));
        let blocks = inside.clone().find(|f| f.blocks);
        let left_out = inside.find(|f| f.fidelity == Fidelity::Default);
        match (blocks, left_out) {
            (Some(finding), _) => Some(Verdict::ByHand(joined(&finding.message, &finding.help))),
            (None, Some(finding)) => Some(Verdict::NotNeeded(finding.message.clone())),
            (None, None) => None,
        }
    }

    fn untranslatable(&self, directive: &Directive) -> Option<String> {
        if self.of(directive).next().is_some() {
            let mut told = self.of(directive);
            return told.find_map(|told| say::untranslatable(&told.intent.effect));
        }
        match (meaning_of(&directive.name.text), self.snippet.kind) {
            (Meaning::Nothing(_), _) => None,
            (_, SnippetKind::Stream) if stream::advice(directive).is_some() => stream::advice(directive),
            (Meaning::Manual(advice), _) => Some(advice.to_owned()),
            (_, SnippetKind::Location | SnippetKind::Server | SnippetKind::Auth) => None,
            (_, SnippetKind::ModSecurity | SnippetKind::Http | SnippetKind::Stream | SnippetKind::Main) => {
                let known = registry().directive(&directive.name.text);
                Some(known.map_or(String::new(), |k| k.directive.instead.clone()))
            }
        }
    }
}

fn differences(findings: &[&Finding]) -> Verdict {
    let mut told: Vec<String> = Vec::new();
    for finding in findings {
        told.extend(finding.differences.iter().cloned());
        if finding.differences.is_empty() && finding.severity >= Severity::Warning {
            told.push(finding.message.clone());
        }
    }
    told.dedup();
    if told.is_empty() {
        Verdict::Kept
    } else {
        Verdict::Differs(told)
    }
}

fn joined(what: &str, help: &str) -> String {
    if help.is_empty() {
        what.to_owned()
    } else {
        format!("{}: {help}", what.trim_end_matches('.'))
    }
}
