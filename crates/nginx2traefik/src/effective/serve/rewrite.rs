//! rewrite-target: the path that the backend gets.
//!
//! ingress-nginx `template.go` buildProxyPass: `rewrite "(?i)<path>" <target> break;`, nothing where path and target are equal.
use super::exchange::Exchange;
use super::path_regex::Expression;
use super::redirects_apply;
use super::uri::encode;
use crate::effective::request::Answer;

/// Rewrites the path; answers itself where the target is a URL.
pub(super) fn apply(exchange: &mut Exchange<'_>) -> Option<Answer> {
    let location = exchange.location;
    let rewrite = &exchange.settings.rewrite;
    let target = rewrite.target.as_ref().map(|t| t.value.as_str());
    let target = target.filter(|t| redirects_apply(location) && *t != location.path)?;
    // the path of a location, and so the expression: what PCRE refuses breaks the controller before
    let expression = Expression::new(&location.path, true)?;
    let mut answer = None;
    match expression.captures(&exchange.uri.path) {
        Ok(Some(captures)) => {
            exchange.captures = captures;
            answer = replace(exchange, target);
        }
        Ok(None) => {}
        Err(why) => return Some(Answer::Unknown(why)),
    }
    if let Some(prefix) = &rewrite.forwarded_prefix {
        let value = exchange.expand(&prefix.value);
        exchange.send("X-Forwarded-Prefix", value.unwrap_or_default());
    }
    answer
}

fn replace(exchange: &mut Exchange<'_>, target: &str) -> Option<Answer> {
    let Some(expanded) = exchange.expand(target) else {
        return Some(Answer::Unknown(format!(
            "rewrite-target {target} has an unknown variable"
        )));
    };
    if target.starts_with("http://") || target.starts_with("https://") || target.starts_with("$scheme") {
        let location = format!("{}{}", encode(expanded.as_bytes()), exchange.uri.query());
        return Some(exchange.own(302, vec![("Location".into(), location)]));
    }
    if expanded.is_empty() {
        return Some(exchange.own(500, Vec::new()));
    }
    let (path, args) = match target.split_once('?').and(expanded.split_once('?')) {
        Some((path, more)) => (path.to_owned(), Some(more.to_owned())),
        None => (expanded, None),
    };
    exchange.uri.path = path.into_bytes();
    exchange.uri.changed = true;
    if let Some(args) = args {
        let own = exchange.uri.args.take().filter(|a| !a.is_empty());
        exchange.uri.args = Some(own.map_or(args.clone(), |own| format!("{args}&{own}")));
    }
    None
}
