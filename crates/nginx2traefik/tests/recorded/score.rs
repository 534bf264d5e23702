//! Right and wrong, by family.
use crate::ask;
use crate::compare::differences;
use crate::entry::Entry;
use crate::world::Backends;
use nginx2traefik::effective::{Effective, Standing, build, serve_in};
use nginx2traefik::finding::Finding;
use std::collections::BTreeMap;

/// What was counted.
#[derive(Default)]
pub(crate) struct Score {
    families: BTreeMap<String, Count>,
    lines: Vec<String>,
}

#[derive(Default, Clone, Copy)]
struct Count {
    right: usize,
    wrong: usize,
    unknown: usize,
    /// Entries that were refused or broken, or not, as predicted.
    standing_right: usize,
    standing_wrong: usize,
}

impl Score {
    pub(crate) fn entry(&mut self, entry: &Entry) {
        let mut effective = build(&entry.manifests, entry.controller.clone());
        for service in &entry.manifests.services {
            if service.selector.get("app").is_some_and(|app| app == "empty")
                || service
                    .external_name
                    .as_deref()
                    .is_some_and(|n| n.ends_with(".invalid"))
            {
                effective.without_endpoints(&service.namespace, &service.name);
            }
        }
        self.standing(entry, &effective);
        let backends = Backends(&entry.manifests);
        for answer in entry.answers.iter().filter(|a| a.get("error").is_none()) {
            let request = ask::request(answer);
            let predicted = serve_in(&effective, &request, &backends);
            let wrong = differences(&predicted, answer, &request, &backends);
            let count = self.families.entry(entry.family.clone()).or_default();
            if wrong.is_empty() {
                count.right += 1;
                continue;
            }
            let unknown = wrong.iter().any(|w| w.starts_with("Unknown"));
            *if unknown { &mut count.unknown } else { &mut count.wrong } += 1;
            self.lines
                .push(format!("{} | {} | {}", entry.id, ask::shown(answer), wrong.join("; ")));
        }
    }

    /// Which Ingresses are refused, and whether nginx can load what comes of them.
    fn standing(&mut self, entry: &Entry, effective: &Effective) {
        let of = |standing: Standing| -> Vec<String> {
            let of = effective.ingresses.iter().filter(|i| i.standing == standing);
            of.map(|i| i.object.name.clone()).collect()
        };
        let mut wrong = Vec::new();
        let breaks = of(Standing::Breaks);
        if entry.broken.is_some() == breaks.is_empty() {
            wrong.push(format!("recorded broken: {:?}, predicted: {breaks:?}", entry.broken));
        }
        wrong.extend(reason(entry, effective));
        let mut refused = of(Standing::Refused);
        let by_webhook = effective.refused_by_webhook.iter();
        refused.extend(by_webhook.map(|id| effective.ingress(*id).object.name.clone()));
        // where answers are recorded and no refusal, the webhook was not asked
        let asked = entry.answers.is_empty() || !entry.refused.is_empty();
        let said = entry.refused.iter().all(|name| refused.contains(name));
        if asked && entry.broken.is_none() && (!said || entry.refused.is_empty() && !refused.is_empty()) {
            wrong.push(format!("recorded refused: {:?}, predicted: {refused:?}", entry.refused));
        }
        let count = self.families.entry(entry.family.clone()).or_default();
        if wrong.is_empty() {
            count.standing_right += 1;
            return;
        }
        count.standing_wrong += 1;
        self.lines
            .push(format!("{} | standing | {}", entry.id, wrong.join("; ")));
    }

    pub(crate) fn share(&self, family: &str) -> f64 {
        let count = self.families.get(family).copied().unwrap_or_default();
        let all = count.right + count.wrong + count.unknown;
        percent(count.right, all)
    }

    pub(crate) fn table(&self) -> String {
        let mut table = format!(
            "{:14} {:>6} {:>6} {:>8} {:>7} {:>16}\n",
            "family", "right", "wrong", "unknown", "share", "refused, broken"
        );
        let mut total = Count::default();
        for (family, count) in &self.families {
            table.push_str(&row(family, *count));
            total.right += count.right;
            total.wrong += count.wrong;
            total.unknown += count.unknown;
            total.standing_right += count.standing_right;
            total.standing_wrong += count.standing_wrong;
        }
        table.push_str(&row("all", total));
        table
    }

    /// One line for each wrong answer; what is not known is counted by its reason.
    pub(crate) fn mispredicted(&self) -> String {
        let mut lines: Vec<&String> = self.lines.iter().filter(|l| !l.contains("| Unknown: ")).collect();
        lines.sort();
        let mut reasons: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for line in &self.lines {
            if let Some((before, why)) = line.split_once("| Unknown: ") {
                let family = before.split('/').next().unwrap_or_default();
                *reasons.entry((family, why)).or_default() += 1;
            }
        }
        let reasons = reasons
            .iter()
            .map(|((family, why), n)| format!("{family} | {n} unknown | {why}"));
        let lines = lines.into_iter().cloned().chain(reasons);
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// What is wrong with nginx in a snippet is told in nginx's words.
fn reason(entry: &Entry, effective: &Effective) -> Option<String> {
    let recorded = entry.broken.as_ref()?;
    let said = recorded.strip_prefix("[emerg] ").unwrap_or(recorded);
    let told = |f: &&Finding| f.message.contains(&format!("`{said}`"));
    let by_snippet = effective.snippets.iter().any(|s| !s.refused.is_empty());
    (by_snippet && !effective.findings.iter().any(|f| told(&f))).then(|| format!("nginx said {said}"))
}

fn percent(part: usize, all: usize) -> f64 {
    if all == 0 {
        return 100.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let share = 100.0 * part as f64 / all as f64;
    share
}

fn row(name: &str, count: Count) -> String {
    let all = count.right + count.wrong + count.unknown;
    let standing = count.standing_right + count.standing_wrong;
    format!(
        "{name:14} {:6} {:6} {:8} {:6.1}% {:>8} of {standing}\n",
        count.right,
        count.wrong,
        count.unknown,
        percent(count.right, all),
        count.standing_right,
    )
}
