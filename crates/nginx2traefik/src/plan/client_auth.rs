//! Client certificates: a property of the host, on every router of it, http too (atlas traps 3 and 4).
//!
//! Plain: a TLSOption that refuses the handshake. Where an answer depends on the certificate (`optional`, match-cn, an error page,
//! `--exact`), two layers: a parent IngressRoute writes the certificate into a header that no client can set, and its children ask
//! for it (recipes/tls).
use super::branch::{Branch, Condition, Entries, LocationPlan, Target};
use super::collected::Draft;
use super::context::TRAEFIK_API;
use super::host::{Given, HostPlan, Spot};
use super::host_redirect::owner;
use super::rule::PathMatch;
use super::{Collected, Middleware, Slot, regex};
use crate::effective::{ClientAuth, HostName, Setting};
use crate::finding::Finding;
use crate::model::IngressId;
use serde_json::{Map, Value, json};

const CERTIFICATE: &str = "X-Forwarded-Tls-Client-Cert";
const INFO: &str = "X-Forwarded-Tls-Client-Cert-Info";

/// How TLS is spoken on a host that asks for certificates.
#[derive(Debug, Clone)]
pub(crate) struct Handshake {
    /// Who asked for it.
    pub(crate) owner: IngressId,
    /// Namespace and name of the TLSOption.
    pub(crate) options: (String, String),
    /// The chain of the parent layer; none where there is one layer only.
    pub(crate) parent: Option<Vec<Middleware>>,
}

/// Changes every location of a host that asks for certificates.
pub(crate) fn plan(given: Given<'_>, plan: &mut HostPlan<'_>, collected: &mut Collected) {
    if let Some(refused) = &plan.host.refused {
        // nobody can be let in: the whole host answers 403 (nginx.tmpl SERVER; recording atlas/mtls-noca)
        let owner = owner(&refused.origin).or(plan.host.ingresses.first().copied());
        if let Some(owner) = owner {
            first(plan, owner, Vec::new(), Entries::Both, vec![Middleware::answer(403)]);
        }
        return;
    }
    // without ca.crt nothing is asked of clients
    let auth = plan.host.client_auth.as_ref();
    let Some(auth) = auth.filter(|a| a.verify.value != "off" && a.usable != Some(false)) else {
        return;
    };
    let Some(owner) = owner(&auth.secret.origin).or(plan.host.ingresses.first().copied()) else {
        return;
    };
    if let Some((setting, reason)) = unsaid(plan, auth) {
        block(given, plan, owner, &setting, &reason, collected);
        return;
    }
    let verify = auth.verify.value.as_str();
    let answers = given.options.exact || verify != "on" || auth.match_cn.is_some() || auth.error_page.is_some();
    let layered = answers && verify != "optional_no_ca";
    apart(plan);
    match layered {
        true => two_layers(owner, plan, auth),
        false => one_layer(plan, auth),
    }
    plan.handshake = Some(Handshake {
        owner,
        options: options(given, owner, auth, layered, collected),
        parent: layered.then(|| vec![clean(&[]), pass(auth, true)]),
    });
    Teller { given, owner }.differences(collected, auth, layered);
}

/// What Traefik has no words for, and the setting that asks for it.
fn unsaid(plan: &HostPlan<'_>, auth: &ClientAuth) -> Option<(Setting<String>, String)> {
    if plan.names.iter().any(|name| !matches!(name, HostName::Exact(_))) {
        let reason =
            "Traefik can ask for client certificates on whole host names only, not on wildcards or expressions";
        return Some((auth.secret.clone().map(|(_, name)| name), reason.to_owned()));
    }
    let pattern = auth.match_cn.as_ref()?;
    let reason = match_cn(&pattern.value).err()?;
    Some((pattern.clone(), format!("auth-tls-match-cn: {reason}")))
}

/// The check belongs to the host, so that no Ingress of it may go without.
fn block(
    given: Given<'_>,
    plan: &HostPlan<'_>,
    owner: IngressId,
    setting: &Setting<String>,
    reason: &str,
    collected: &mut Collected,
) {
    let teller = Teller { given, owner };
    teller.tell(collected, setting, |span| {
        Finding::error("auth-tls-secret", span, reason).blocking()
    });
    let cause = given.manifests.ingress(owner);
    for id in plan.members().into_iter().filter(|id| *id != owner) {
        let ingress = given.manifests.ingress(id);
        let message = format!(
            "Stays as it is, because Ingress {}/{} of the same host asks for client certificates and stays",
            cause.namespace, cause.name.value
        );
        let finding = Finding::error("auth-tls-secret", ingress.name.span, message).blocking();
        collected.tell(Some(id), finding.object(ingress.object()));
    }
}

struct Teller<'a> {
    given: Given<'a>,
    owner: IngressId,
}

impl Teller<'_> {
    fn tell<T>(
        &self,
        collected: &mut Collected,
        setting: &Setting<T>,
        finding: impl Fn(crate::source::Span) -> Finding,
    ) {
        let ingress = self.given.manifests.ingress(self.owner);
        let span = setting.origin.span().unwrap_or(ingress.name.span);
        let mut finding = finding(span).object(ingress.object());
        if let Some(key) = setting.origin.annotation() {
            finding.annotation = Some(format!("{}/{key}", self.given.effective.controller.annotations_prefix));
        }
        collected.tell(Some(self.owner), finding);
    }

    fn differences(&self, collected: &mut Collected, auth: &ClientAuth, layered: bool) {
        let verify = auth.verify.value.as_str();
        self.tell(collected, &auth.secret, |span| {
            let message = match verify {
                "optional_no_ca" => "Clients are asked for a certificate, and nothing verifies it",
                _ => "Client certificates are checked by Traefik",
            };
            let finding = Finding::warning("auth-tls-secret", span, message)
                .difference("The backend gets no ssl-client-subject-dn and ssl-client-issuer-dn; X-Forwarded-Tls-Client-Cert-Info has both names");
            match (verify, layered) {
                ("optional_no_ca", _) => finding.difference("ssl-client-verify is not sent: a backend that lets SUCCESS in and keeps FAILED out has to verify the certificate itself"),
                (_, true) => finding.difference("A certificate of another CA is refused in the handshake instead of by status 400"),
                (_, false) => finding
                    .difference("Without a certificate, or with one of another CA, the handshake is refused instead of status 400")
                    .help("--exact answers 400 where there is no certificate."),
            }
        });
        if auth.depth.is_written() {
            let message = "Traefik does not limit the length of the certificate chain";
            self.tell(collected, &auth.depth, |span| {
                Finding::warning("auth-tls-verify-depth", span, message)
            });
        }
    }
}

fn options(
    given: Given<'_>,
    owner: IngressId,
    auth: &ClientAuth,
    layered: bool,
    collected: &mut Collected,
) -> (String, String) {
    let (namespace, secret) = &auth.secret.value;
    let client_auth = match auth.verify.value.as_str() {
        "optional_no_ca" => json!({"clientAuthType": "RequestClientCert"}),
        "on" if !layered => json!({"secretNames": [secret], "clientAuthType": "RequireAndVerifyClientCert"}),
        _ => json!({"secretNames": [secret], "clientAuthType": "VerifyClientCertIfGiven"}),
    };
    let draft = Draft {
        api_version: TRAEFIK_API,
        kind: "TLSOption",
        namespace,
        wanted: &format!("{}-client-certificate", given.manifests.ingress(owner).name.value),
        metadata: Map::new(),
        body: Map::from_iter([("spec".to_owned(), json!({"clientAuth": client_auth}))]),
    };
    (namespace.clone(), collected.object(&[owner], draft, ""))
}

/// http and https differ from here on.
fn apart(plan: &mut HostPlan<'_>) {
    for spot in &mut plan.spots {
        let mut branches = Vec::new();
        for branch in spot.plan.branches.drain(..) {
            let both = branch.entries == Entries::Both;
            for entries in [Entries::Websecure, Entries::Web] {
                if both || branch.entries == entries {
                    branches.push(Branch {
                        entries,
                        ..branch.clone()
                    });
                }
            }
        }
        spot.plan.branches = branches;
        spot.plan.needs_route.push("client certificates".into());
    }
}

fn one_layer(plan: &mut HostPlan<'_>, auth: &ClientAuth) {
    let verified: &[(&str, &str)] = match auth.verify.value.as_str() {
        "on" => &[("Ssl-Client-Verify", "SUCCESS")],
        _ => &[],
    };
    let https = [clean(verified), pass(auth, auth.pass_certificate.value)];
    to_backends(plan, Entries::Websecure, &https);
    to_backends(plan, Entries::Web, &[clean(&[("Ssl-Client-Verify", "NONE")])]);
}

fn two_layers(owner: IngressId, plan: &mut HostPlan<'_>, auth: &ClientAuth) {
    to_backends(plan, Entries::Web, &[clean(&[("Ssl-Client-Verify", "NONE")])]);
    let shown = Condition::HeaderRegexp(CERTIFICATE.into(), ".".into());
    let optional = auth.verify.value == "optional";
    for spot in &mut plan.spots {
        let branches = std::mem::take(&mut spot.plan.branches);
        spot.plan.branches = branches
            .into_iter()
            .flat_map(|branch| told_apart(branch, &shown, optional))
            .collect();
    }
    if let Some(Ok(condition)) = auth.match_cn.as_ref().map(|pattern| match_cn(&pattern.value)) {
        let denied = vec![Middleware::answer(403)];
        let other = vec![Condition::Not(Box::new(condition))];
        first(plan, owner, other, Entries::Websecure, denied.clone());
        // plain http shows no certificate at all
        first(plan, owner, Vec::new(), Entries::Web, denied);
    }
    if auth.verify.value == "on" {
        let without = vec![Condition::Not(Box::new(shown))];
        first(plan, owner, without, Entries::Websecure, refused(auth));
    }
}

/// The backend is told whether a certificate was shown.
fn told_apart(mut branch: Branch, shown: &Condition, optional: bool) -> Vec<Branch> {
    if branch.entries != Entries::Websecure || branch.answers {
        return vec![branch];
    }
    if !optional {
        branch.chain.push(verified("SUCCESS"));
        return vec![branch];
    }
    let mut with = branch.clone();
    with.conditions.push(shown.clone());
    with.chain.push(verified("SUCCESS"));
    branch.chain.push(verified("NONE"));
    vec![with, branch]
}

/// Without a certificate: 400, or the error page.
fn refused(auth: &ClientAuth) -> Vec<Middleware> {
    let Some(page) = &auth.error_page else {
        return vec![Middleware::answer(400)];
    };
    let location = json!({"customResponseHeaders": {"Location": page.value}});
    vec![
        Middleware::new(Slot::Redirect, "certificate-page", "headers", location),
        Middleware::answer(302),
    ]
}

/// `CN=<expression>`, looked for in the subject. Traefik writes the subject into a header, query-escaped:
/// `Subject%3D%22CN%3Dclient%22`.
fn match_cn(pattern: &str) -> Result<Condition, String> {
    let name = pattern.strip_prefix("CN=").ok_or("only CN=... is known")?;
    let name = name.trim_start_matches('^').trim_end_matches('$');
    let literal = |c: char| c.is_ascii_alphanumeric() || "-_.*()|".contains(c);
    if !name.chars().all(literal) {
        return Err(format!(
            "`{pattern}` holds characters that Traefik escapes in the header"
        ));
    }
    let name = regex::re2(name).map_err(|reason| reason.to_string())?;
    // nginx's expression has no end of its own: CN=client also lets client2 in
    Ok(Condition::HeaderRegexp(
        INFO.into(),
        format!("^Subject%3D%22CN%3D(?:{name})"),
    ))
}

fn to_backends(plan: &mut HostPlan<'_>, entries: Entries, chain: &[Middleware]) {
    for branch in plan.spots.iter_mut().flat_map(|spot| &mut spot.plan.branches) {
        if branch.entries == entries && !branch.answers && branch.target != Target::Nothing {
            branch.chain.extend_from_slice(chain);
        }
    }
}

/// Comes before every location.
fn first(
    plan: &mut HostPlan<'_>,
    owner: IngressId,
    conditions: Vec<Condition>,
    entries: Entries,
    chain: Vec<Middleware>,
) {
    let mut location = LocationPlan::new(Target::Nothing);
    location.needs_route.push("client certificates".into());
    location.branches[0].conditions = conditions;
    location.branches[0].entries = entries;
    location.branches[0].chain = chain;
    plan.spots.insert(
        0,
        Spot {
            path: PathMatch::All,
            owner,
            canaries: Vec::new(),
            plan: location,
            written: false,
        },
    );
}

/// nginx writes these headers itself; Traefik lets a client's pass (atlas traps 4).
fn clean(set: &[(&str, &str)]) -> Middleware {
    let names = [
        CERTIFICATE,
        INFO,
        "Ssl-Client-Verify",
        "Ssl-Client-Cert",
        "Ssl-Client-Subject-Dn",
        "Ssl-Client-Issuer-Dn",
    ];
    let mut headers: Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), json!(""))).collect();
    headers.extend(set.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
    let spec = json!({"customRequestHeaders": headers});
    Middleware::new(Slot::RequestHeaders, "client-certificate-headers", "headers", spec)
}

fn verified(result: &str) -> Middleware {
    let spec = json!({"customRequestHeaders": {"Ssl-Client-Verify": result}});
    let purpose = format!("client-certificate-{}", result.to_lowercase());
    Middleware::new(Slot::RequestHeaders, &purpose, "headers", spec)
}

fn pass(auth: &ClientAuth, pem: bool) -> Middleware {
    let mut spec = Map::new();
    if pem || auth.pass_certificate.value {
        spec.insert("pem".into(), json!(true));
    }
    let names = json!({"subject": {"commonName": true}, "issuer": {"commonName": true}});
    spec.insert("info".into(), names);
    Middleware::new(
        Slot::RequestHeaders,
        "client-certificate",
        "passTLSClientCert",
        Value::Object(spec),
    )
}
