//! A server of an http-snippet that does nothing but redirect to https, on a port of its own: behind a load balancer that ends TLS, its
//! port 80 leads there. Traefik has entryPoints that redirect, which are static configuration.
use super::stream::MOVED_PORT;
use crate::effective::Snippet;
use crate::features::redirect::answer::statuses;
use crate::finding::{Fidelity, Finding};
use crate::model::IngressId;
use crate::plan::Collected;
use nginx_snippet::{Directive, Meaning, meaning_of};
use serde_json::json;

struct SecondPort<'a> {
    port: u16,
    status: u16,
    listen: &'a Directive,
    answer: &'a Directive,
}

impl SecondPort<'_> {
    fn permanent(&self) -> bool {
        matches!(self.status, 301 | 308)
    }
}

/// Tells of it, and asks for the entryPoint. False: it does something else.
pub(super) fn plan(snippet: &Snippet, directive: &Directive, from: &[IngressId], collected: &mut Collected) -> bool {
    let Some(found) = read(directive) else {
        return false;
    };
    let point = format!("entryPoints.redirect-{}", found.port);
    let reason = "the http-snippet has a server on this port that redirects to https";
    let to = format!("{point}.http.redirections.entryPoint");
    collected.require(
        from,
        &format!("{point}.address"),
        json!(format!(":{}", found.port)),
        reason,
    );
    for (key, value) in [
        ("to", json!(":443")),
        ("scheme", json!("https")),
        ("permanent", json!(found.permanent())),
    ] {
        collected.require(from, &format!("{to}.{key}"), value, reason);
    }
    for finding in tell(snippet, directive, &found) {
        collected.tell(None, finding);
    }
    true
}

fn tell(snippet: &Snippet, directive: &Directive, found: &SecondPort<'_>) -> [Finding; 3] {
    let port = found.port;
    let at = |directive: &Directive, message: String| {
        Finding::note("http-snippet", snippet.span(directive.head()), message).fidelity(Fidelity::Static)
    };
    let (get, other) = statuses(found.permanent());
    let answer = at(found.answer, "the entryPoint redirects everything to https".into()).difference(format!(
        "status {get} for GET and {other} for other methods instead of {}",
        found.status
    ));
    [
        at(
            directive,
            format!("the server on port {port} becomes an entryPoint of Traefik that redirects"),
        )
        .help(MOVED_PORT),
        at(
            found.listen,
            format!("port {port} is the entryPoint `redirect-{port}`, in the static configuration"),
        ),
        answer,
    ]
}

fn read(directive: &Directive) -> Option<SecondPort<'_>> {
    let named =
        |name: &str| -> Vec<&Directive> { directive.children().iter().filter(|d| d.name.text == name).collect() };
    let (&[listen], &[answer]) = (named("listen").as_slice(), named("return").as_slice()) else {
        return None;
    };
    let harmless = |d: &Directive| matches!(meaning_of(&d.name.text), Meaning::Nothing(_));
    let any_host = |d: &Directive| d.name.text == "server_name" && d.arg(0) == Some("_");
    let rest = |d: &&Directive| !["listen", "return"].contains(&d.name.text.as_str());
    if directive.name.text != "server"
        || !directive
            .children()
            .iter()
            .filter(rest)
            .all(|d| harmless(d) || any_host(d))
    {
        return None;
    }
    let status = answer
        .arg(0)?
        .parse()
        .ok()
        .filter(|s| [301, 302, 307, 308].contains(s))?;
    let to_https = answer.arg(1) == Some("https://$host$request_uri");
    Some(SecondPort {
        port: port(listen)?,
        status,
        listen,
        answer,
    })
    .filter(|_| to_https)
}

/// A port of all addresses that ingress-nginx has not itself.
fn port(listen: &Directive) -> Option<u16> {
    let address = listen.arg(0)?;
    let number = ["0.0.0.0:", "*:"]
        .iter()
        .find_map(|all| address.strip_prefix(all))
        .unwrap_or(address);
    let plain = listen.args.iter().skip(1).all(|word| word.text == "default_server");
    let port = number.parse().ok()?;
    (plain && ![80, 443].contains(&port)).then_some(port)
}
