//! What nginx takes and people do not mean.

use crate::more_headers::MoreHeaders;
use crate::{Directive, Span, Tree, template};

/// A directive that does something else than it looks like.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hint {
    /// Where.
    pub span: Span,
    /// What kind, stable for programs.
    pub kind: HintKind,
    /// What it really does.
    pub message: String,
}

/// The kinds of hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum HintKind {
    /// `more_set_headers X "value"` clears three headers instead of setting one.
    HeaderWithoutColon,
    /// The same header is set twice, the last one wins.
    HeaderSetTwice,
    /// ingress-nginx sends a header of this name first, most backends take that one.
    HeaderSentTwice,
    /// A directive behind an unconditional `return` that it was meant to precede.
    Unreachable,
}

/// Everything in a snippet that nginx takes and that does something else than it looks like.
///
/// ```
/// use nginx_snippet::{HintKind, hints, parse};
/// let tree = parse("more_set_headers X-Frame-Options \"DENY\" always;");
/// assert_eq!(hints(&tree)[0].kind, HintKind::HeaderWithoutColon);
/// ```
pub fn hints(tree: &Tree) -> Vec<Hint> {
    let mut found = Vec::new();
    block(&tree.directives, &mut found);
    found.sort();
    found
}

fn block(list: &[Directive], found: &mut Vec<Hint>) {
    let mut set: Vec<String> = Vec::new();
    let mut returned = false;
    for directive in list {
        let name = directive.name.text.as_str();
        if returned && matches!(name, "if" | "set" | "rewrite" | "return") {
            let message = format!("{name} is never reached: a return stands before it");
            found.push(Hint {
                span: directive.head(),
                kind: HintKind::Unreachable,
                message,
            });
        }
        returned |= name == "return";
        match name {
            "more_set_headers" | "more_set_input_headers" => more(directive, &mut set, found),
            "proxy_set_header" => sent_twice(directive, found),
            _ => {}
        }
        block(directive.children(), found);
    }
}

fn more(directive: &Directive, set: &mut Vec<String>, found: &mut Vec<Hint>) {
    let args: Vec<String> = directive.args.iter().map(|word| word.text.clone()).collect();
    let more = MoreHeaders::parse(&directive.name.text, &args);
    let head = directive.head();
    let bare: Vec<&str> = more
        .headers
        .iter()
        .filter(|(_, value)| value.is_empty())
        .map(|(name, _)| name.as_str())
        .collect();
    let colon = args.iter().any(|arg| arg.contains(':'));
    if bare.len() > 1 && !colon {
        let message = format!(
            "without a colon this removes the headers {} and sets none",
            bare.join(", ")
        );
        found.push(Hint {
            span: head,
            kind: HintKind::HeaderWithoutColon,
            message,
        });
    }
    for (name, _) in more.headers.iter().filter(|(_, value)| !value.is_empty()) {
        let key = format!("{} {}", directive.name.text, name.to_ascii_lowercase());
        if more.statuses.is_empty() && !more.append && set.contains(&key) {
            let message = format!("{name} was set before in this block; this one alone counts");
            found.push(Hint {
                span: head,
                kind: HintKind::HeaderSetTwice,
                message,
            });
        }
        set.push(key);
    }
}

fn sent_twice(directive: &Directive, found: &mut Vec<Hint>) {
    let Some(name) = directive.arg(0).filter(|name| template::writes_request_header(name)) else {
        return;
    };
    let message = format!("ingress-nginx sends a {name} of its own first; the backend gets both");
    found.push(Hint {
        span: directive.head(),
        kind: HintKind::HeaderSentTwice,
        message,
    });
}
