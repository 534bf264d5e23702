//! What the user and the audit log read, cut to what the API server passes on.
use super::Judged;
use super::exemption::Exemption;
use super::find::{Found, What};
use super::object::Kind;
use super::review::Request;
use crate::rules::{DEFAULT_PREFIX, Name, NameKind, registry};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A message of a refusal is at most so long: it is printed on a terminal and stored in the audit log.
pub const MESSAGE_BYTES: usize = 4096;
/// kube-apiserver cuts a warning here once all are too long together (apiserver pkg/endpoints/filters/warning.go).
pub const WARNING_CHARS: usize = 256;
/// All warnings together (the same file).
pub const WARNINGS_CHARS: usize = 4096;
/// So many settings are named; the others are counted.
const NAMED: usize = 20;
/// A list of rules in the audit log.
const AUDIT_BYTES: usize = 1024;

/// The names of the rules, each once, sorted.
pub(super) fn rules(judged: &[&Judged<'_>]) -> String {
    let rules: BTreeSet<&str> = judged.iter().map(|j| j.found.rule).collect();
    let rules: Vec<&str> = rules.into_iter().collect();
    cut(&rules.join(","), AUDIT_BYTES)
}

/// Why a request is refused, and what to do.
pub(super) fn refusal(request: &Request<'_>, denied: &[&Judged<'_>], exemption: &Exemption<'_>) -> String {
    let mut text = format!("{} ", subject(request));
    text += match denied.len() {
        1 => "has a setting for ingress-nginx, which this cluster takes no more:",
        _ => "has settings for ingress-nginx, which this cluster takes no more:",
    };
    let end = ending(request, exemption);
    let mut named = 0;
    for judged in denied.iter().take(NAMED) {
        let line = format!("\n- {}", line(&judged.found));
        // room for the count of the others
        if text.len() + line.len() + end.len() + 40 > MESSAGE_BYTES {
            break;
        }
        text += &line;
        named += 1;
    }
    if named < denied.len() {
        let _ = write!(text, "\n- and {} more", denied.len() - named);
    }
    cut(&(text + &end), MESSAGE_BYTES)
}

fn ending(request: &Request<'_>, exemption: &Exemption<'_>) -> String {
    let mut end = String::new();
    if request.kind == Kind::Ingress {
        end += "\nThe file for Traefik: nginx2traefik migrate FILE --target ingress";
    }
    if let Exemption::Void(why) = exemption {
        let _ = write!(end, "\nNot exempt: {}", plain(why, 200));
    }
    end
}

/// `Ingress shop/web`
fn subject(request: &Request<'_>) -> String {
    let name = request.object.as_ref().map_or("", |object| &object.name);
    let kind = plain(&request.kind_name, 64);
    if request.namespace.is_empty() {
        format!("{kind} {}", plain(name, 64))
    } else {
        format!("{kind} {}/{}", plain(&request.namespace, 64), plain(name, 64))
    }
}

/// One setting: where, what instead, and the command that tells more.
pub(super) fn line(found: &Found<'_>) -> String {
    let place = plain(&found.place.to_string(), 160);
    let value = plain(found.value, 80);
    match found.what {
        What::Class => {
            format!("{place}: {value}: name Traefik's class instead, e.g. `traefik` (nginx2traefik explain class)")
        }
        What::LooksLikeClass => {
            format!("{place}: {value}: is no class, and looks like one of ingress-nginx (nginx2traefik explain class)")
        }
        What::OtherClass => format!("{place}: {value}: this class may not be named here (nginx2traefik explain class)"),
        What::NoClass => {
            format!("{place} is missing: ingress-nginx serves such an Ingress (nginx2traefik explain class)")
        }
        What::Controller => {
            format!("{place}: {value}: no new class for ingress-nginx; Traefik's is traefik.io/ingress-controller")
        }
        What::DefaultClass => format!("{place}: every Ingress without a class would be ingress-nginx's"),
        What::Name(kind) => format!("{place}: {}", name(kind, &place)),
    }
}

fn name(kind: NameKind, written: &str) -> String {
    match kind {
        NameKind::Nginx(rule) => {
            let known = rule.annotation;
            let instead = match known.converted {
                true => format!("Traefik: {}", known.ingress.plain),
                false => format!("by hand: {}", known.ingress.plain),
            };
            format!("{} (nginx2traefik explain {})", plain(&instead, 240), known.name)
        }
        NameKind::NeverExisted(known) | NameKind::Removed(known) => nothing(known),
        NameKind::LegacyPrefix { rule: Some(rule) } => {
            let name = &rule.annotation.name;
            format!("ingress-nginx does not read this prefix; remove it (nginx2traefik explain {name})")
        }
        _ => {
            let key = written.rsplit('/').next().unwrap_or(written);
            match registry().suggest(key) {
                Some(key) => format!("does nothing; was `{DEFAULT_PREFIX}/{key}` meant? (nginx2traefik explain {key})"),
                None => "does nothing: remove it".to_owned(),
            }
        }
    }
}

fn nothing(known: &Name) -> String {
    let meant = match known.meant.as_str() {
        "" => String::new(),
        meant => format!("; what was meant: {meant}"),
    };
    format!("does nothing: remove it{meant} (nginx2traefik explain {})", known.name)
}

/// A warning for each setting that is let through, as long as there is room.
pub(super) fn warnings(judged: &[&Judged<'_>], exemption: &Exemption<'_>) -> Vec<String> {
    let mut all = Vec::new();
    if let Exemption::Holds { until, reason } = exemption {
        let text = format!(
            "exempt from the ban of ingress-nginx until {until}: {}",
            plain(reason, 160)
        );
        all.push(cut(&text, WARNING_CHARS));
    }
    let fit = WARNINGS_CHARS / WARNING_CHARS - 2;
    all.extend(judged.iter().take(fit).map(|judged| warning(&judged.found)));
    if judged.len() > fit {
        all.push(format!("and {} more: nginx2traefik lint FILE", judged.len() - fit));
    }
    all
}

fn warning(found: &Found<'_>) -> String {
    let place = plain(&found.place.to_string(), 100);
    let text = match found.what {
        What::Name(NameKind::Nginx(rule)) => {
            format!(
                "{place} is for ingress-nginx only: nginx2traefik explain {}",
                rule.annotation.name
            )
        }
        What::Name(_) => format!("{place} does nothing"),
        What::NoClass => format!("{place} is missing: ingress-nginx serves this"),
        _ => format!(
            "{place}: {} is for ingress-nginx: nginx2traefik explain class",
            plain(found.value, 60)
        ),
    };
    cut(&text, WARNING_CHARS)
}

/// The user's text without what would move a cursor, end a line or break a header, and not too long.
pub(super) fn plain(text: &str, most: usize) -> String {
    let odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let shown: String = text
        .chars()
        .take(most + 1)
        .map(|c| if odd(c) { '\u{fffd}' } else { c })
        .collect();
    cut(&shown, most)
}

/// At most so many bytes, and then also at most so many characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub("...".len());
    let end = (0..=room).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}...", &text[..end])
}
