//! Which servers become HTTPRoutes, and which stay with the ingress target: all of a server or nothing of it.
use super::backend::Children;
use super::expand;
use super::guard::with_guards;
use super::http_route::{Routes, routes};
use super::order::{Order, share};
use super::said::{HOST, Means, Text};
use crate::effective::HostName;
use crate::finding::{Fidelity, Finding};
use crate::installation::Trust;
use crate::model::IngressId;
use crate::plan::Collected;
use crate::plan::host::{Given, HostPlan};
use crate::plan::routers::Router;

/// A server with its routers, first match first.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) names: Vec<HostName>,
    pub(crate) routers: Vec<Router>,
    /// Why it cannot be HTTPRoutes.
    pub(crate) kept: Option<String>,
}

/// Names that a route takes.
pub(crate) const NAMES: usize = 16;

/// Routers of the other kind have priorities below this where they must be below.
pub(crate) const LOW: usize = 1_000;

/// What only an IngressRoute says of a whole server.
pub(crate) fn reason(plan: &HostPlan<'_>) -> Option<String> {
    if plan.handshake.is_some() {
        // recipes/gateway: mtls
        return Some(
            "no Gateway asks clients for certificates (Traefik reads TLSOptions for IngressRoutes only)".into(),
        );
    }
    if plan.host.tls.ciphers.is_some() {
        return Some("no Gateway names cipher suites".into());
    }
    reason_of_names(&plan.names)
}

pub(crate) fn reason_of_names(names: &[HostName]) -> Option<String> {
    let regex = names.iter().find_map(|name| match name {
        HostName::Regex(pattern) => Some(pattern),
        _ => None,
    });
    if let Some(pattern) = regex {
        return Some(format!(
            "an HTTPRoute takes no regular expression as a host (`{pattern}`)"
        ));
    }
    if names.len() > NAMES {
        return Some(format!("an HTTPRoute takes {NAMES} hosts at most"));
    }
    let odd = names.iter().find_map(|name| match name {
        HostName::Exact(name) | HostName::Wildcard(name) if !is_hostname(name) => Some(name),
        _ => None,
    });
    odd.map(|name| format!("an HTTPRoute does not take the host `{name}`"))
}

pub(super) fn is_hostname(name: &str) -> bool {
    let label = |label: &str| {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !label.is_empty() && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

/// X-Real-Ip is the peer's where nobody else's is believed.
pub(crate) fn means(given: Given<'_>) -> Means {
    let installation = &given.options.installation;
    let nobody = Trust::Networks(Vec::new());
    Means {
        peer_header: installation.web.trust == nobody && installation.websecure.trust == nobody,
    }
}

/// The routes of each server; none for one that is kept, which says why. The widest servers come first.
pub(crate) fn place(given: Given<'_>, servers: &mut [Server], children: &mut Children) -> Vec<Option<Routes>> {
    let mut order = Order::default();
    for server in servers.iter().filter(|server| server.kept.is_some()) {
        order.reserve(&server.names, LOW);
    }
    let mut placed: Vec<Option<Routes>> = servers.iter().map(|_| None).collect();
    let mut by_width: Vec<usize> = (0..servers.len()).collect();
    by_width.sort_by_key(|at| width(&servers[*at].names));
    for (index, at) in by_width.iter().enumerate() {
        if servers[*at].kept.is_some() {
            continue;
        }
        let narrower = by_width[index + 1..]
            .iter()
            .any(|other| is_wide(&servers[*at].names) && share(&servers[*at].names, &servers[*other].names));
        match one(given, &servers[*at], &mut order, children, narrower) {
            Ok(routes) => placed[*at] = Some(routes),
            Err(unsaid) => {
                order.reserve(&servers[*at].names, LOW);
                servers[*at].kept = Some(unsaid.to_string());
            }
        }
    }
    placed
}

fn one(
    given: Given<'_>,
    server: &Server,
    order: &mut Order,
    children: &mut Children,
    narrower: bool,
) -> Result<Routes, super::said::Unsaid> {
    let rows = expand::rows(&server.routers, means(given))?;
    for row in &rows {
        children.admit(given.manifests, &row.router.target)?;
    }
    let mut steps = with_guards(rows);
    if let ([HostName::Wildcard(rest)], true) = (server.names.as_slice(), given.options.exact) {
        one_label(rest, &mut steps);
    }
    routes(&server.names, steps, order, narrower)
}

/// `*` is one label to nginx and one or more to Traefik, which writes down the host that was asked for before it routes
/// (recipes/gateway: routing).
fn one_label(rest: &str, steps: &mut [super::guard::Step]) {
    let pattern = format!(r"^[^.]+\.{}(:[0-9]+)?$", crate::plan::regex::escape(rest));
    for one in steps.iter_mut().flat_map(|step| &mut step.row.matches) {
        if one.headers.iter().all(|(name, _)| name != HOST) {
            one.headers.push((HOST.into(), Text::Regex(pattern.clone())));
            one.headers.sort();
        }
    }
}

/// Catch-all first, then wildcards, the shortest first, then the others.
pub(crate) fn width(names: &[HostName]) -> (usize, usize) {
    let of = |name: &HostName| match name {
        HostName::CatchAll => (0, 0),
        HostName::Regex(_) => (1, 0),
        HostName::Wildcard(rest) => (2, rest.len()),
        HostName::Exact(_) => (3, 0),
    };
    names.iter().map(of).min().unwrap_or((3, 0))
}

pub(crate) fn is_wide(names: &[HostName]) -> bool {
    width(names).0 < 3
}

/// Says what a wildcard host serves beside what it did, and what not any more (traefik: buildHostRule).
pub(crate) fn tell_labels(given: Given<'_>, plan: &HostPlan<'_>, owner: IngressId, collected: &mut Collected) {
    let rest = plan.names.iter().find_map(|name| match name {
        HostName::Wildcard(rest) => Some(rest),
        _ => None,
    });
    let Some(rest) = rest else { return };
    let ingress = given.manifests.ingress(owner);
    let message = format!("*.{rest} is not quite the same to a Gateway");
    let mut finding = Finding::note("gateway-host", ingress.name.span, message)
        .fidelity(Fidelity::Approximate)
        .nginx("takes one label of letters, digits, `-` and `_`")
        .traefik("takes one or more labels of letters, digits and `-`")
        .difference(format!("a_b.{rest} is not served"))
        .object(ingress.object());
    if !given.options.exact || plan.names.len() > 1 {
        finding = finding
            .difference(format!("a.b.{rest} is served, too"))
            .help("--exact matches X-Forwarded-Host as well, where the wildcard is the only name of the host.");
    }
    collected.tell(Some(owner), finding);
}

/// Says which server is kept, and why.
pub(crate) fn tell(given: Given<'_>, plan: &HostPlan<'_>, server: &Server, collected: &mut Collected) {
    let (Some(reason), Some(owner)) = (&server.kept, server.routers.first().map(|router| router.owner)) else {
        return;
    };
    let ingress = given.manifests.ingress(owner);
    let host = match &plan.host.name {
        HostName::Exact(name) | HostName::Regex(name) => format!("The host {name} stays"),
        HostName::Wildcard(rest) => format!("The host *.{rest} stays"),
        HostName::CatchAll => "Requests for every other host stay".into(),
    };
    let message = format!("{host} with IngressRoutes: {reason}");
    let mut finding = Finding::note("gateway-host", ingress.name.span, message);
    // the findings about them tell of HTTPRoutes
    if server
        .routers
        .iter()
        .flat_map(|router| &router.chain)
        .any(|m| m.filter.is_some())
    {
        finding = finding
            .fidelity(Fidelity::Approximate)
            .difference("redirects to https answer 301 or 302 to GET, and 308 or 307 to other methods");
    }
    let finding = finding
        .help("All routes of a host are of one kind, so that Traefik never has to choose between two.")
        .object(ingress.object());
    collected.tell(Some(owner), finding);
}
