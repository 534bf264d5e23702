//! What nginx would say against a snippet where ingress-nginx puts it.

use std::collections::BTreeSet;

use crate::catalog::{Context, DirectiveInfo, directives};
use crate::program::refused;
use crate::{Directive, LocationMatch, Span, Tree, size, template, variables};

/// Something that nginx refuses. A refused configuration is not loaded, and the controller keeps the old one for everybody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub span: Span,
    /// nginx's message, without `[emerg]` and the place.
    pub message: String,
    /// The setting of ingress-nginx with which nginx knows the directive after all.
    pub unless: Option<&'static str>,
    /// The variable that this text does not define, in lower case. nginx's variables are global: another text of the same
    /// controller may (see [`crate::defined_variables`]).
    pub variable: Option<String>,
}

/// Lists for which nginx only refuses what contradicts an `off`.
const LISTS: [&str; 8] = [
    "proxy_redirect",
    "proxy_cookie_domain",
    "proxy_cookie_path",
    "proxy_cookie_flags",
    "limit_req",
    "limit_conn",
    "mirror",
    "keepalive_timeout",
];

/// Everything that nginx refuses in a snippet that stands in `context`, in the order in which nginx meets it.
///
/// ```
/// use nginx_snippet::{Context, check, parse};
/// let problems = check(&parse("if ($arg_a) { proxy_set_header X y; }\nproxy_read_timeout 5s;"), Context::Location);
/// assert_eq!(problems[0].message, "\"proxy_set_header\" directive is not allowed here");
/// // ingress-nginx writes one itself
/// assert_eq!(problems[1].message, "\"proxy_read_timeout\" directive is duplicate");
/// ```
pub fn check(tree: &Tree, context: Context) -> Vec<Problem> {
    let mut checker = Checker { problems: Vec::new() };
    for error in &tree.errors {
        checker.say(error.span, error.kind.to_string());
    }
    checker.block(&tree.directives, context, None);
    let mut problems = checker.problems;
    // a directive is looked at when it has been read, so what is wrong inside of it comes first
    problems.sort_by(|a, b| {
        (a.span.end, b.span.start)
            .cmp(&(b.span.end, a.span.start))
            .then_with(|| a.cmp(b))
    });
    problems.dedup();
    // nginx looks at the variables when it has read everything
    let unknown = |(span, name): (Span, String)| {
        let message = format!("unknown \"{name}\" variable");
        Problem {
            span,
            message,
            unless: None,
            variable: Some(name),
        }
    };
    problems.extend(variables::unknown(tree).into_iter().map(unknown));
    problems
}

struct Checker {
    problems: Vec<Problem>,
}

impl Checker {
    fn say(&mut self, span: Span, message: String) {
        self.problems.push(Problem {
            span,
            message,
            unless: None,
            variable: None,
        });
    }

    /// `around` is the directive whose block it is; none for the text itself, which stands in ingress-nginx's own block.
    fn block(&mut self, list: &[Directive], context: Context, around: Option<&Directive>) {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut places: Vec<LocationMatch> = Vec::new();
        for directive in list {
            let name = directive.name.text.as_str();
            let Some(info) = self.known(directive, context) else {
                continue;
            };
            let again = info.once && !seen.insert(name) && !LISTS.contains(&name);
            if again || (around.is_none() && repeats_template(name, context)) {
                self.say(directive.head(), format!("\"{name}\" directive is duplicate"));
            }
            if name == "location" {
                self.location(directive, around, &mut places);
            }
            self.values(directive, info);
            if let Some(inside) = context.inside(name) {
                self.block(directive.children(), inside, Some(directive));
            }
        }
    }

    /// What is known of the directive here; else nginx's complaint, in the order in which it looks.
    fn known(&mut self, directive: &Directive, context: Context) -> Option<&'static DirectiveInfo> {
        let name = directive.name.text.as_str();
        let all = directives(name);
        let head = directive.head();
        let Some(any) = all.first() else {
            self.say(head, format!("unknown directive \"{name}\""));
            return None;
        };
        let Some(info) = all.iter().find(|info| info.allowed_in(context)) else {
            self.say(head, format!("\"{name}\" directive is not allowed here"));
            return None;
        };
        if let Some(setting) = any.loaded_by() {
            let message = format!("unknown directive \"{name}\"");
            self.problems.push(Problem {
                span: head,
                message,
                unless: Some(setting),
                variable: None,
            });
        }
        let message = match (info.block, directive.block.is_some()) {
            (true, false) => format!("directive \"{name}\" has no opening \"{{\""),
            (false, true) => format!("directive \"{name}\" is not terminated by \";\""),
            _ if !info.takes(directive.args.len()) => format!("invalid number of arguments in \"{name}\" directive"),
            _ => return Some(info),
        };
        self.say(head, message);
        None
    }

    fn location(&mut self, directive: &Directive, around: Option<&Directive>, places: &mut Vec<LocationMatch>) {
        let Some(matcher) = LocationMatch::of(directive) else {
            return;
        };
        let outer = around.and_then(LocationMatch::of);
        if let Some(message) = outer.and_then(|outer| outer.refusal(&matcher)) {
            self.say(directive.head(), message);
        }
        if matches!(matcher, LocationMatch::Regex(_)) {
            return;
        }
        if places.contains(&matcher) {
            self.say(directive.head(), format!("duplicate location \"{}\"", matcher.text()));
        }
        places.push(matcher);
    }

    fn values(&mut self, directive: &Directive, info: &DirectiveInfo) {
        let name = &directive.name.text;
        if let Some(message) = refused(directive) {
            return self.say(directive.head(), message);
        }
        let Some(value) = directive.arg(0) else { return };
        if let Some(message) = invalid_word(name, directive) {
            return self.say(directive.head(), message);
        }
        let message = match info.kind {
            "flag" if !matches!(value.to_ascii_lowercase().as_str(), "on" | "off") => {
                format!("invalid value \"{value}\" in \"{name}\" directive, it must be \"on\" or \"off\"")
            }
            "number" if value.is_empty() || !value.bytes().all(|b| b.is_ascii_digit()) => {
                format!("\"{name}\" directive invalid number")
            }
            "size" | "offset" if size::bytes(value).is_none() => format!("\"{name}\" directive invalid value"),
            "msec" if size::milliseconds(value).is_none() => format!("\"{name}\" directive invalid value"),
            "sec" if size::seconds(value).is_none() => format!("\"{name}\" directive invalid value"),
            _ => return,
        };
        self.say(directive.head(), message);
    }
}

/// Words that nginx compares by their text.
fn invalid_word(name: &str, directive: &Directive) -> Option<String> {
    let one_of = |words: &[&str]| {
        let value = directive.arg(0)?;
        (!words.iter().any(|word| word.eq_ignore_ascii_case(value))).then(|| format!("invalid value \"{value}\""))
    };
    match name {
        "satisfy" => one_of(&["all", "any"]),
        "if_modified_since" => one_of(&["off", "exact", "before"]),
        "gzip_static" => one_of(&["off", "on", "always"]),
        "proxy_http_version" => one_of(&["1.0", "1.1"]),
        "add_header" | "add_trailer" => {
            let word = directive.arg(2).filter(|word| *word != "always")?;
            Some(format!("invalid parameter \"{word}\""))
        }
        "allow" | "deny" => {
            let value = directive.arg(0)?;
            let known = value == "all" || value == "unix:" || crate::eval::is_range(value);
            (!known).then(|| format!("invalid parameter \"{value}\""))
        }
        _ => None,
    }
}

fn repeats_template(name: &str, context: Context) -> bool {
    match context {
        Context::Location => template::writes_in_location(name),
        Context::Server => template::writes_in_server(name),
        _ => false,
    }
}
