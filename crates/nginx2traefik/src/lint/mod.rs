//! What in the manifests means something to ingress-nginx only.
mod names;

pub use names::idle;

use crate::effective::{Effective, Standing};
use crate::finding::{Fidelity, Finding};
use crate::model::{Annotation, Ingress, Manifests};
use crate::rules::{AnnotationRule, NameKind, Target, registry};

/// Everything that keeps the manifests from being served as they are by a Traefik beside which there is no ingress-nginx: classes,
/// annotations, and what the model of ingress-nginx has to say of them.
pub fn lint(manifests: &Manifests, effective: &Effective, target: Target) -> Vec<Finding> {
    let mut findings = effective.findings.clone();
    findings.extend(names::idle(manifests, effective));
    for known in &effective.ingresses {
        let ingress = manifests.ingress(known.id);
        let ours = matches!(known.standing, Standing::Served | Standing::Refused | Standing::Breaks);
        findings.extend(ours.then(|| class(ingress)));
        for annotation in &ingress.annotations {
            let kind = registry().classify(&annotation.name.value, &effective.controller.annotations_prefix);
            if let NameKind::Nginx(rule) = kind {
                let found = match known.standing {
                    Standing::Foreign => asleep(annotation, rule),
                    _ => active(annotation, rule, target),
                };
                findings.push(found.annotation(&annotation.name.value).object(ingress.object()));
            }
        }
    }
    findings
}

fn class(ingress: &Ingress) -> Finding {
    let written = ingress.class_name.as_ref().map(|name| (name.span, name.value.clone()));
    let written = written.or_else(|| {
        let annotation = ingress.annotation("kubernetes.io/ingress.class")?;
        Some((annotation.value.span, annotation.value.value.clone()))
    });
    let (span, message) = match written {
        Some((span, name)) => (span, format!("the class `{name}` is ingress-nginx's")),
        None => (
            ingress.name.span,
            "without a class this Ingress is served by ingress-nginx".to_owned(),
        ),
    };
    Finding::warning("class", span, message)
        .traefik("does not serve this Ingress")
        .help("`nginx2traefik migrate` changes class and annotations in one step")
        .object(ingress.object())
}

/// On an Ingress that ingress-nginx serves.
fn active(annotation: &Annotation, rule: AnnotationRule, target: Target) -> Finding {
    let known = rule.annotation;
    let support = known.support(target);
    let message = format!("`{}` means something to ingress-nginx only", short(annotation));
    let span = annotation.name.span;
    let finding = if !known.converted {
        let help = format!("it has to be replaced by hand: `nginx2traefik explain {}`", known.name);
        Finding::error(&known.name, span, message).help(help)
    } else if support.fidelity == Fidelity::Unsupported {
        let help = "`nginx2traefik migrate` leaves it out, and says what that changes";
        Finding::warning(&known.name, span, message).help(help)
    } else {
        Finding::warning(&known.name, span, message).help("`nginx2traefik migrate` converts it")
    };
    let finding = finding
        .fidelity(support.fidelity)
        .nginx(&known.summary)
        .traefik(&support.plain);
    support.differences.iter().fold(finding, Finding::difference)
}

/// The name as written, without its prefix.
fn short(annotation: &Annotation) -> &str {
    let name = annotation.name.value.as_str();
    name.rsplit('/').next().unwrap_or(name)
}

/// On an Ingress of another class: nobody reads it.
fn asleep(annotation: &Annotation, rule: AnnotationRule) -> Finding {
    let known = rule.annotation;
    let message = format!(
        "nobody reads `{}`: this Ingress is not ingress-nginx's",
        short(annotation)
    );
    let span = annotation.name.span;
    let finding = if known.protects {
        Finding::error(&known.name, span, message).label("this protection does not exist")
    } else {
        Finding::warning(&known.name, span, message)
    };
    finding
        .fidelity(Fidelity::Exact)
        .nginx(&known.summary)
        .help("remove it, or say it in Traefik's words")
}
