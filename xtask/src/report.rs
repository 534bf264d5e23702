//! What a run says: one line an example, the request and the differing fact where it fails.
use crate::case::Case;
use crate::pass::{Kind, Outcome, Pass};
use crate::say;
use std::time::Duration;

/// A line while it runs.
pub(crate) fn progress(pass: &Pass, outcomes: &[Outcome], took: Duration) {
    let count = |is: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| is(outcome)).count();
    let passed = count(|outcome| *outcome == Outcome::Passed);
    let blocked = count(|outcome| matches!(outcome, Outcome::Blocked(_)));
    let failed = outcomes.len() - passed - blocked;
    let seconds = took.as_secs();
    say::problem(&format!(
        "{}: {passed} passed, {blocked} blocked, {failed} failed in {seconds} s",
        pass.name()
    ));
}

/// Everything; true where something failed.
pub(crate) fn all(passes: &[Pass], cases: &[Case], found: &[Vec<Outcome>]) -> bool {
    let (mut passed, mut blocked, mut failed, mut requests) = (0, 0, 0, 0);
    for (at, case) in cases.iter().enumerate() {
        let ours: Vec<(&Pass, &Outcome)> = passes
            .iter()
            .zip(found)
            .map(|(pass, outcomes)| (pass, &outcomes[at]))
            .filter(|(pass, _)| pass.kind != Kind::Original)
            .collect();
        let wrong: Vec<_> = ours.iter().filter(|(_, outcome)| !fine(outcome)).collect();
        requests += case.exchanges.len() * ours.iter().filter(|(_, o)| **o == Outcome::Passed).count();
        let count = case.exchanges.len();
        if !wrong.is_empty() {
            failed += 1;
            say::line(&format!("FAIL     {}", case.name));
            wrong.iter().for_each(|(pass, outcome)| detail(&pass.name(), outcome));
        } else if let Some((_, Outcome::Blocked(rules))) = ours.iter().find(|(_, o)| matches!(o, Outcome::Blocked(_))) {
            blocked += 1;
            say::line(&format!("blocked  {} by {}", case.name, rules.join(", ")));
        } else {
            passed += 1;
            say::line(&format!("ok       {} ({count} requests)", case.name));
        }
    }
    provider(passes, cases, found);
    say::line(&format!(
        "\n{passed} passed, {blocked} blocked, {failed} failed; {requests} requests answered as expected"
    ));
    failed > 0
}

fn fine(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Passed | Outcome::Blocked(_))
}

fn detail(pass: &str, outcome: &Outcome) {
    match outcome {
        Outcome::Failed(requests) => {
            for (line, facts) in requests {
                say::line(&format!("  {pass}: {line}"));
                facts.iter().for_each(|fact| say::line(&format!("    {fact}")));
            }
        }
        Outcome::Refused(why) => say::line(&format!("  {pass}: the API server refuses {why}")),
        Outcome::Passed | Outcome::Blocked(_) => {}
    }
}

/// Where Traefik's own ingress-nginx provider answers otherwise than ingress-nginx did, and we do not (or the other way round).
fn provider(passes: &[Pass], cases: &[Case], found: &[Vec<Outcome>]) {
    let Some(at) = passes.iter().position(|pass| pass.kind == Kind::Original) else {
        return;
    };
    let (mut theirs, mut all) = (0, 0);
    say::line(&format!(
        "\n{}, where it differs from ingress-nginx:",
        passes[at].name()
    ));
    let of_nginx = |case: &Case| case.texts.iter().any(|(_, text)| text.contains("nginx"));
    for (case, outcome) in cases.iter().zip(&found[at]).filter(|(case, _)| of_nginx(case)) {
        all += case.exchanges.len();
        match outcome {
            Outcome::Failed(requests) => {
                theirs += case.exchanges.len().saturating_sub(requests.len());
                say::line(&format!("  {}", case.name));
                for (line, facts) in requests {
                    say::line(&format!("    {line}: {}", facts.join("; ")));
                }
            }
            Outcome::Refused(why) => say::line(&format!("  {}: the API server refuses {why}", case.name)),
            Outcome::Passed | Outcome::Blocked(_) => theirs += case.exchanges.len(),
        }
    }
    say::line(&format!("  {theirs} of {all} requests answered as ingress-nginx does"));
}
