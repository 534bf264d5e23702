//! Annotations that look as if they did something, and do nothing today.
use crate::effective::{Effective, Standing};
use crate::finding::{Fidelity, Finding};
use crate::model::{Annotation, Manifests};
use crate::rules::{DEFAULT_PREFIX, Name, NameKind, registry};

/// Names on Ingresses of ingress-nginx that it does not read. Nothing is lost with them, but somebody believes in them.
pub fn idle(manifests: &Manifests, effective: &Effective) -> Vec<Finding> {
    let prefix = &effective.controller.annotations_prefix;
    let mut findings = Vec::new();
    for known in effective
        .ingresses
        .iter()
        .filter(|known| known.standing != Standing::Foreign)
    {
        let ingress = manifests.ingress(known.id);
        for annotation in &ingress.annotations {
            if let Some(finding) = of(annotation, prefix) {
                let finding = finding.fidelity(Fidelity::Exact).annotation(&annotation.name.value);
                findings.push(finding.object(ingress.object()));
            }
        }
    }
    findings
}

fn of(annotation: &Annotation, prefix: &str) -> Option<Finding> {
    let name = &annotation.name.value;
    match registry().classify(name, prefix) {
        NameKind::NeverExisted(known) => Some(never(annotation, known)),
        NameKind::Removed(known) => Some(removed(annotation, known)),
        NameKind::UnknownNginx => {
            let finding = warn(
                "unknown-annotation",
                annotation,
                format!("ingress-nginx knows no annotation `{name}`: it does nothing today"),
            );
            let key = name.strip_prefix(prefix).unwrap_or(name).trim_start_matches('/');
            Some(match registry().suggest(key) {
                Some(key) => finding.help(format!("did you mean `{prefix}/{key}`?")),
                None => finding.help("remove it"),
            })
        }
        NameKind::LegacyPrefix { rule } => {
            let message =
                format!("ingress-nginx reads annotations under `{prefix}/` only: `{name}` does nothing today");
            Some(match rule {
                Some(rule) => protecting(warn("legacy", annotation, message), rule.annotation.protects).help(format!(
                    "remove it, or write `{prefix}/{}` if it is wanted",
                    rule.annotation.name
                )),
                None => warn("legacy", annotation, message).help("remove it"),
            })
        }
        NameKind::F5Nginx(known) => {
            let message =
                format!("`{name}` belongs to F5's NGINX Ingress Controller: under ingress-nginx it does nothing");
            Some(protecting(warn("f5-annotation", annotation, message), known.protects).help("remove it"))
        }
        NameKind::TraefikOwn(_) => {
            let message = format!("`{name}` is Traefik's: it does nothing today, and would begin to");
            Some(warn("traefik-annotation", annotation, message).help("remove it, or check what it does first"))
        }
        NameKind::Nginx(_) | NameKind::Foreign(_) | NameKind::ClassSelector(_) | NameKind::Other => None,
    }
}

fn warn(rule: &str, annotation: &Annotation, message: String) -> Finding {
    Finding::warning(rule, annotation.name.span, message)
}

fn protecting(finding: Finding, protects: bool) -> Finding {
    if protects {
        finding.label("this protection does not exist")
    } else {
        finding
    }
}

fn about(finding: Finding, known: &Name) -> Finding {
    protecting(finding, known.protects).nginx(&known.summary)
}

fn never(annotation: &Annotation, known: &Name) -> Finding {
    let message = format!(
        "`{}` never was an annotation of ingress-nginx: it does nothing today",
        annotation.name.value
    );
    about(warn("never-existed", annotation, message), known).help(meant(known))
}

fn removed(annotation: &Annotation, known: &Name) -> Finding {
    let since = match known.since.as_str() {
        "" => String::new(),
        since => format!(" since {since}"),
    };
    let message = format!(
        "ingress-nginx no longer reads `{}`{since}: it does nothing today",
        annotation.name.value
    );
    about(warn("legacy", annotation, message), known).help(meant(known))
}

/// What to write instead, where something was meant.
fn meant(known: &Name) -> String {
    match known.meant.as_str() {
        "" => "remove it".into(),
        key if registry().annotation(key).is_some() => {
            format!("remove it, or write `{DEFAULT_PREFIX}/{key}` if it is wanted")
        }
        elsewhere => format!("remove it; what was meant: {elsewhere}"),
    }
}
