//! Settings of Traefik that open something, and settings that its release does not know.
use super::Release;
use super::facts::{Fact, Facts};
use crate::finding::{Fidelity, Finding};
use crate::source::Span;

/// The first release that knows a key.
type Since = Option<(u32, u32, u32)>;

/// Static keys and the first release that knows them (atlas/measured: the CRDs and options of 3.6.11, 3.7.9 and 3.7.15). A `*` is
/// one name. `None`: no release of 3.7 has it yet.
const SINCE: [(&str, Since); 7] = [
    ("providers.kubernetesIngress.crossProviderNamespaces", Some((3, 7, 1))),
    ("providers.kubernetesCRD.crossProviderNamespaces", Some((3, 7, 1))),
    ("providers.kubernetesGateway.crossProviderNamespaces", Some((3, 7, 1))),
    ("providers.kubernetesCRD.safeNaming", Some((3, 7, 0))),
    ("entryPoints.*.http.underscoreHeadersStrategy", Some((3, 7, 0))),
    ("entryPoints.*.forwardedHeaders.notAppendXForwardedFor", Some((3, 7, 0))),
    ("entryPoints.*.forwardedHeaders.addXForwardedSchemeHeaders", None),
];

/// Settings that the named release does not know.
pub(super) fn lacking(facts: &Facts, release: Option<Release>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for fact in facts.iter() {
        let Some((_, since)) = SINCE.iter().find(|(key, _)| matches(key, &fact.key)) else {
            continue;
        };
        match (since, release) {
            (Some((major, minor, patch)), Some(release)) if release.before(*major, *minor, *patch) => {
                let known = if *patch == 0 {
                    format!("{major}.{minor}")
                } else {
                    format!("{major}.{minor}.{patch}")
                };
                findings.push(unknown(
                    fact,
                    &format!(
                        "Traefik {release} does not know `{}`, which came with {known}",
                        fact.key
                    ),
                ));
            }
            (None, _) => findings.push(unknown(
                fact,
                &format!("no release of Traefik up to 3.7 knows `{}`", fact.key),
            )),
            _ => {}
        }
    }
    findings
}

fn matches(pattern: &str, key: &str) -> bool {
    let (pattern, key): (Vec<&str>, Vec<&str>) = (pattern.split('.').collect(), key.split('.').collect());
    pattern.len() == key.len()
        && pattern
            .iter()
            .zip(&key)
            .all(|(p, k)| *p == "*" || p.eq_ignore_ascii_case(k))
}

fn unknown(fact: &Fact, message: &str) -> Finding {
    Finding::warning("traefik-version", fact.key_span, message)
        .fidelity(Fidelity::Exact)
        .label("this release does not know it")
        .traefik("given to Traefik itself, an option that it does not know keeps it from starting; a chart that does not know it either leaves it out")
        .help("remove it until the image is new enough, or raise image.tag")
}

/// The tag of the values against the release that the user names, and a release that this tool was not made for.
pub(super) fn release(tag: Release, named: Option<Release>, span: Span) -> Option<Finding> {
    let contradicts = named.filter(|named| named.nearest() != tag.nearest());
    if let Some(named) = contradicts {
        let message =
            format!("the values install Traefik {tag}; the result is written for {named}, as --traefik-version says");
        return Some(Finding::note("traefik-version", span, message));
    }
    let release = named.unwrap_or(tag);
    if release.version().is_some() {
        return None;
    }
    let nearest = release.nearest().as_str();
    let message = format!("Traefik {release} was not tested; the result is written for {nearest}");
    let help = "use Traefik 3.6 or 3.7, or test the result before it serves anybody";
    Some(
        Finding::warning("traefik-version", span, message)
            .fidelity(Fidelity::Exact)
            .help(help),
    )
}

/// Settings that open something.
pub(super) fn settings(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for fact in facts.iter() {
        let lower = fact.key.to_ascii_lowercase();
        let parts: Vec<&str> = lower.split('.').collect();
        let on = fact.node.bool() == Some(true);
        match parts.as_slice() {
            ["entrypoints", "traefik" | "metrics", ..] => {}
            ["entrypoints", _, "forwardedheaders", "insecure"] if on => findings.push(forged(fact, fact.node.span)),
            ["entrypoints", _, "forwardedheaders", "trustedips"] => {
                let all = fact.node.items().into_iter().filter(|(item, _)| everyone(item));
                findings.extend(all.map(|(_, span)| forged(fact, span)));
            }
            ["entrypoints", _, "proxyprotocol", "insecure"] if on => findings.push(proxied(fact, fact.node.span)),
            ["entrypoints", _, "proxyprotocol", "trustedips"] => {
                let all = fact.node.items().into_iter().filter(|(item, _)| everyone(item));
                findings.extend(all.map(|(_, span)| proxied(fact, span)));
            }
            ["api", "insecure"] if on => findings.push(open_api(fact)),
            ["serverstransport", "insecureskipverify"] if on => findings.push(unverified(fact)),
            ["providers", "kubernetescrd", "allowcrossnamespace"] if on => findings.push(cross_namespace(fact)),
            ["providers", provider] if *provider == "kubernetesingressnginx" => findings.push(second_provider(fact)),
            _ => {}
        }
    }
    findings
}

fn everyone(network: &str) -> bool {
    network.ends_with("/0")
}

fn dangerous(rule: &str, span: Span, message: String) -> Finding {
    Finding::warning(rule, span, message).fidelity(Fidelity::Exact)
}

/// `entryPoints.web.forwardedHeaders.insecure` -> `web`
fn point(fact: &Fact) -> &str {
    fact.key.split('.').nth(1).unwrap_or("")
}

fn forged(fact: &Fact, span: Span) -> Finding {
    let message = format!(
        "anyone can forge X-Forwarded-For and X-Forwarded-Proto at the entryPoint `{}`",
        point(fact)
    );
    dangerous("trusted-addresses", span, message)
        .label("every client is believed")
        .traefik("allow and deny lists, limits by address and redirects to https believe what a client writes into these headers")
        .help("name the load balancer's addresses in forwardedHeaders.trustedIPs; without one in front, remove the setting")
}

fn proxied(fact: &Fact, span: Span) -> Finding {
    let message = format!(
        "anyone can claim any address by the PROXY protocol at the entryPoint `{}`",
        point(fact)
    );
    dangerous("trusted-addresses", span, message)
        .label("every client is believed")
        .help("name the load balancer's addresses in proxyProtocol.trustedIPs")
}

fn open_api(fact: &Fact) -> Finding {
    dangerous(
        "traefik-api",
        fact.node.span,
        "Traefik's API and dashboard are open to everyone who reaches the entryPoint `traefik`".into(),
    )
    .label("no authentication")
    .traefik("they show every route, Middleware and Service of the cluster")
    .help(
        "set api.insecure to false and reach the dashboard through an IngressRoute to api@internal with authentication",
    )
}

fn unverified(fact: &Fact) -> Finding {
    dangerous(
        "traefik-backend-tls",
        fact.node.span,
        "no certificate of any backend is verified".into(),
    )
    .traefik("it is the default for every Service that has no ServersTransport of its own")
    .help("set it in a ServersTransport for those Services that need it")
}

fn cross_namespace(fact: &Fact) -> Finding {
    dangerous(
        "traefik-cross-namespace",
        fact.node.span,
        "IngressRoutes may use Services, Middlewares and Secrets of other namespaces".into(),
    )
    .label("namespaces are no border any more")
    .traefik("who may write an IngressRoute in one namespace can publish the Services of every other")
    .help("leave it off unless something needs it; nothing that this tool writes does")
}

fn second_provider(fact: &Fact) -> Finding {
    Finding::note(
        "traefik-nginx-provider",
        fact.key_span,
        "Traefik's own provider for ingress-nginx is on: it serves the Ingresses of class nginx as it understands them",
    )
    .help("it stops serving an Ingress when its class changes; switch the provider off when the last one is migrated")
}
