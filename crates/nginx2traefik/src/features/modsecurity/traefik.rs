//! What becomes of it: Traefik has no firewall of its own.
use super::{Reason, Verdict, verdict};
use crate::effective::{EffectiveIngress, Origin, Setting};
use crate::finding::{Fidelity, Finding};
use crate::plan::Collected;
use crate::plan::host::Given;
use crate::source::Span;

/// Nobody reads more of them at once.
const MOST: usize = 5;

/// Tells what the firewall of an Ingress does, and keeps the Ingress where that is to refuse requests.
pub(crate) fn tell(given: Given<'_>, ingress: &EffectiveIngress, collected: &mut Collected) {
    let teller = Teller { given, ingress };
    let found = match verdict(given.effective, ingress) {
        Verdict::Off => teller.off(),
        Verdict::Passes(why) => teller.passes(why),
        Verdict::Refuses(reasons) => teller.refuses(&reasons),
        Verdict::Unclear(reasons) => teller.unclear(&reasons),
    };
    for finding in found {
        collected.tell(Some(ingress.id), finding);
    }
}

struct Teller<'a> {
    given: Given<'a>,
    ingress: &'a EffectiveIngress,
}

impl Teller<'_> {
    /// `false` where the ConfigMap says `true`.
    fn off(&self) -> Vec<Finding> {
        let globally = self.given.effective.controller.bool("enable-modsecurity", false);
        let own = self.ingress.settings.modsecurity.enable.as_ref();
        let off = own.filter(|own| globally.value && !own.value);
        let of = |off: &Setting<bool>| {
            self.left_out(
                "enable-modsecurity",
                &off.origin,
                "Traefik has no firewall that had to be switched off",
            )
        };
        off.map(of).into_iter().collect()
    }

    /// Nobody but the reader of a log misses it.
    fn passes(&self, why: &str) -> Vec<Finding> {
        let own = &self.ingress.settings.modsecurity;
        let refuses_nothing = format!("the firewall {why}");
        let mut found = Vec::new();
        if let Some(enable) = &own.enable {
            found.push(self.left_out("enable-modsecurity", &enable.origin, &refuses_nothing));
        }
        if let Some(rules) = own.core_rules.as_ref().filter(|rules| rules.value) {
            found.push(self.left_out("enable-owasp-core-rules", &rules.origin, &refuses_nothing));
        }
        if let Some(id) = &own.transaction {
            found.push(self.left_out(
                "modsecurity-transaction-id",
                &id.origin,
                "it stands in ModSecurity's log only",
            ));
        }
        let effective = self.given.effective;
        for id in &self.ingress.settings.snippets {
            let snippet = effective.snippet(*id);
            if snippet.key() == "modsecurity-snippet" && snippet.is_written() {
                found.push(self.left_out("modsecurity-snippet", &snippet.origin, &refuses_nothing));
            }
        }
        if found.is_empty() {
            let of_config = effective.controller.bool("enable-modsecurity", false);
            found.push(self.left_out("enable-modsecurity", &of_config.origin, &refuses_nothing));
        }
        found
    }

    fn left_out(&self, key: &str, origin: &Origin, why: &str) -> Finding {
        let finding = self.at(key, origin.span(), |span| {
            Finding::note(
                key,
                span,
                format!("{key} is left out: {why}, so that clients see no difference"),
            )
        });
        finding
            .fidelity(Fidelity::Default)
            .traefik("writes neither ModSecurity's audit log nor its debug log")
    }

    fn refuses(&self, reasons: &[Reason]) -> Vec<Finding> {
        self.blocked(reasons, |reason| format!("ModSecurity: {}", reason.what))
            .into_iter()
            .map(|finding| finding.nginx("asks these rules (SecRuleEngine On) before the backend gets a request"))
            .collect()
    }

    fn unclear(&self, reasons: &[Reason]) -> Vec<Finding> {
        self.blocked(reasons, |reason| {
            format!("ModSecurity: whether requests are refused is up to {}", reason.what)
        })
        .into_iter()
        .map(|finding| match finding.rule.as_str() {
            "enable-modsecurity" => finding
                .nginx("only detects with the file as it ships; it is the one that people replace by a volume")
                .help(AS_SHIPPED),
            _ => finding,
        })
        .collect()
    }

    fn blocked(&self, reasons: &[Reason], message: impl Fn(&Reason) -> String) -> Vec<Finding> {
        let mut found = Vec::new();
        for (index, reason) in reasons.iter().take(MOST).enumerate() {
            let more = reasons.len().saturating_sub(MOST);
            let more = match more {
                more if more > 0 && index + 1 == MOST => format!(" (and {more} more)"),
                _ => String::new(),
            };
            let span = reason.span.or_else(|| self.written(reason.key));
            let finding = self.at(reason.key, span, |span| {
                Finding::error(reason.key, span, format!("{}{more}", message(reason)))
            });
            found.push(finding.blocking().traefik("has no firewall of its own").help(ELSEWHERE));
        }
        found
    }

    /// Where the annotation or the key of the ConfigMap stands.
    fn written(&self, key: &str) -> Option<Span> {
        let own = &self.ingress.settings.modsecurity;
        let of_annotation = match key {
            "enable-owasp-core-rules" => own.core_rules.as_ref().map(|s| &s.origin),
            _ => own.enable.as_ref().map(|s| &s.origin),
        };
        let of_config = self.given.effective.controller.get(key).map(|s| s.origin);
        of_annotation
            .and_then(Origin::span)
            .or(of_config.and_then(|origin| origin.span()))
    }

    fn at(&self, key: &str, span: Option<Span>, make: impl Fn(Span) -> Finding) -> Finding {
        let written = self.given.manifests.ingress(self.ingress.id);
        let finding = make(span.unwrap_or(written.name.span)).object(written.object());
        let prefix = &self.given.effective.controller.annotations_prefix;
        let name = format!("{prefix}/{key}");
        let has = written.annotations.iter().any(|a| a.name.value == name);
        if has { finding.annotation(name) } else { finding }
    }
}

const ELSEWHERE: &str = "have it done by a Coraza plugin of Traefik, which reads much the same rules, or by a firewall in front of Traefik; \
                         then take the annotations out";

const AS_SHIPPED: &str = "if the file is the one of the image, nothing was refused, and the annotations can be taken out; else have it done by a \
                          Coraza plugin of Traefik or by a firewall in front of it";
