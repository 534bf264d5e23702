//! What is to be said of an Ingress before anything is planned: whether ingress-nginx serves it, what its values really do, and
//! what this version does not convert.
use super::Collected;
use super::host::Given;
use crate::effective::settings::{Effect, Problem, Unconverted};
use crate::effective::{EffectiveIngress, Standing};
use crate::finding::{Fidelity, Finding};
use crate::model::Ingress;

pub(crate) fn tell(given: Given<'_>, collected: &mut Collected) {
    for ingress in &given.effective.ingresses {
        let written = given.manifests.ingress(ingress.id);
        if matches!(ingress.standing, Standing::Foreign | Standing::Classless) {
            continue;
        }
        let mut said = false;
        for problem in &ingress.problems {
            said |= matches!(problem.effect, Effect::Refused | Effect::Breaks);
            let finding = of_problem(given, written, problem);
            collected.tell(Some(ingress.id), finding);
        }
        if !said && let Some(finding) = unserved(ingress, written) {
            collected.tell(Some(ingress.id), finding);
        }
        // a canary's annotations other than canary-* have no effect
        for unconverted in ingress.settings.unconverted.iter().filter(|u| u.active) {
            let finding = of_unconverted(given, written, unconverted);
            collected.tell(Some(ingress.id), finding);
        }
    }
}

fn unserved(ingress: &EffectiveIngress, written: &Ingress) -> Option<Finding> {
    let what = match ingress.standing {
        Standing::Refused => "ingress-nginx does not serve this Ingress",
        Standing::Breaks => {
            "nginx refuses the configuration that comes of this Ingress: the controller loads no change any more"
        }
        Standing::Served | Standing::Foreign | Standing::Classless => return None,
    };
    let finding = Finding::error("unserved", written.name.span, what).blocking();
    let finding = finding.help("Repair or delete it; what it would serve is not known from a running system.");
    Some(finding.object(written.object()))
}

fn of_problem(given: Given<'_>, written: &Ingress, problem: &Problem) -> Finding {
    let (key, reason) = (&problem.key, &problem.reason);
    let prefix = &given.effective.controller.annotations_prefix;
    let error = |message: String| Finding::error(key, problem.span, message);
    let finding = match problem.effect {
        Effect::Inert => {
            Finding::warning(key, problem.span, format!("{key} has no effect: {reason}")).fidelity(Fidelity::Exact)
        }
        Effect::Ignored => Finding::warning(key, problem.span, format!("{key} has no effect: {reason}"))
            .nginx("Ignores the value; the default holds.")
            .fidelity(Fidelity::Exact),
        Effect::Open => error(format!("{key} switches its protection off: {reason}"))
            .nginx("Serves the path as if the setting and those that belong to it were not there.")
            .traefik("The same.")
            .fidelity(Fidelity::Exact)
            .help("Correct the value, if the path is to be protected."),
        Effect::Closed => Finding::warning(key, problem.span, format!("{key} closes the path: {reason}"))
            .nginx("Answers 503 to every request.")
            .traefik("The same.")
            .fidelity(Fidelity::Exact),
        Effect::Refused => error(format!("{key} keeps the whole Ingress from being served: {reason}"))
            .blocking()
            .help("Correct the value, or delete the Ingress."),
        Effect::Breaks => error(format!("{key} breaks the controller: {reason}"))
            .blocking()
            .nginx("nginx refuses the configuration, and the controller loads no change of any Ingress any more.")
            .help("Correct the value."),
    };
    finding.annotation(format!("{prefix}/{key}")).object(written.object())
}

fn of_unconverted(given: Given<'_>, written: &Ingress, unconverted: &Unconverted) -> Finding {
    let prefix = &given.effective.controller.annotations_prefix;
    let key = &unconverted.key;
    let message = format!("{key} is not converted yet, so the Ingress stays as it is");
    Finding::error(key, unconverted.span, message)
        .blocking()
        .help("Convert it by hand, or take it out if it is not needed.")
        .annotation(format!("{prefix}/{key}"))
        .object(written.object())
}
