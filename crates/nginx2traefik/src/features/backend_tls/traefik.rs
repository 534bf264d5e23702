//! What Traefik has to be given for it (recipes: backend).
use super::{BackendTls, in_force};
use crate::features::backend_protocol::Protocol;
use crate::finding::Fidelity;
use crate::installation::Version;
use crate::plan::{Context, LocationPlan};
use serde_json::{Value, json};

/// Adds its part to a location: a ServersTransport. The settings may be those of another Ingress of the host.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let Some(tls) = in_force(context.effective, context.host, context.ingress.id) else {
        return;
    };
    let protocol = context.settings().backend_protocol.protocol.value;
    if !matches!(protocol, Protocol::Https | Protocol::Grpcs | Protocol::Auto) {
        if context.settings().backend_tls.is_some() {
            tell_unused(context, tls);
        }
        return;
    }
    let (namespace, name) = &tls.secret.value;
    if namespace != context.namespace() {
        return block_other_namespace(context, tls);
    }
    let fields = fields(context, tls, name);
    plan.each_service(|service| {
        if service.scheme.as_deref() == Some("https") {
            for (field, value) in &fields {
                service.set_transport(field, value.clone());
            }
        }
    });
    tell(context, tls);
}

fn fields(context: &Context<'_>, tls: &BackendTls, secret: &str) -> Vec<(&'static str, Value)> {
    // without ca.crt nginx uses nothing of the Secret, and verifies nothing (recording atlas/pssl-noca-verify)
    if tls.has_ca == Some(false) {
        return vec![("insecureSkipVerify", json!(true))];
    }
    let known = context.manifests.secret(context.namespace(), secret);
    let has_pair = known.is_none_or(|s| s.data.contains_key("tls.crt") && s.data.contains_key("tls.key"));
    let mut fields = Vec::new();
    if has_pair {
        fields.push(("certificatesSecrets", json!([secret])));
    }
    if tls.verify.value {
        fields.push(("rootCAs", json!([{"secret": secret}])));
    } else {
        fields.push(("insecureSkipVerify", json!(true)));
    }
    match &tls.name {
        // without a name nginx verifies the name of its upstream, `upstream_balancer`
        _ if tls.verify.value && tls.name.is_none() => fields.push(("serverName", json!("upstream_balancer"))),
        Some(name) if tls.verify.value || tls.server_name.value => fields.push(("serverName", json!(name.value))),
        _ => {}
    }
    if context.version() >= Version::V3_7 {
        fields.extend(versions(tls));
    }
    fields
}

/// proxy-ssl-protocols as the least and the greatest version. Traefik refuses one without the other, and equal ones (atlas traps
/// 14).
fn versions(tls: &BackendTls) -> Vec<(&'static str, Value)> {
    let Some(protocols) = &tls.protocols else {
        return Vec::new();
    };
    let known = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
    let names = ["VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13"];
    let words: Vec<&str> = protocols.value.split_whitespace().collect();
    let mut used = (0..known.len()).filter(|at| words.contains(&known[*at]));
    match (used.next(), used.next_back()) {
        (Some(least), Some(greatest)) => vec![
            ("minVersion", json!(names[least])),
            ("maxVersion", json!(names[greatest])),
        ],
        _ => Vec::new(),
    }
}

fn tell(context: &mut Context<'_>, tls: &BackendTls) {
    let finding = if tls.verify.value && tls.has_ca != Some(false) {
        let broken = tls.name.is_none();
        let finding = context.note(
            "proxy-ssl-verify",
            &tls.verify.origin,
            "the backend's certificate is verified",
        );
        let finding = finding
            .fidelity(Fidelity::Approximate)
            .nginx("answers 502 when the certificate is not the right one")
            .traefik("answers 500 then")
            .difference("a backend with a wrong certificate is answered 500 instead of 502");
        match broken {
            true => finding.help("without proxy-ssl-name no certificate is right (502 today): name the backend's host"),
            false => finding,
        }
    } else {
        context
            .note(
                "proxy-ssl-secret",
                &tls.secret.origin,
                "the backend's certificate is not verified, as before",
            )
            .traefik("is told not to, by insecureSkipVerify in a ServersTransport")
            .help("better: rootCAs and serverName in the ServersTransport")
    };
    context.tell(finding);
    if let Some(ciphers) = &tls.ciphers {
        let finding = context
            .note(
                "proxy-ssl-ciphers",
                &ciphers.origin,
                "Traefik chooses the ciphers towards the backend itself",
            )
            .fidelity(Fidelity::Default);
        context.tell(finding);
    }
    if tls.depth.is_written() {
        let finding = context
            .note(
                "proxy-ssl-verify-depth",
                &tls.depth.origin,
                "Traefik does not limit the length of a certificate chain",
            )
            .fidelity(Fidelity::Default);
        context.tell(finding);
    }
}

fn tell_unused(context: &mut Context<'_>, tls: &BackendTls) {
    let finding = context
        .note(
            "proxy-ssl-secret",
            &tls.secret.origin,
            "has no effect: the backend is spoken to without TLS",
        )
        .nginx("uses it only with backend-protocol HTTPS or GRPCS");
    context.tell(finding);
}

fn block_other_namespace(context: &mut Context<'_>, tls: &BackendTls) {
    let (namespace, name) = &tls.secret.value;
    let finding = context
        .blocking(
            "proxy-ssl-secret",
            &tls.secret.origin,
            format!("the Secret is in another namespace, `{namespace}`"),
        )
        .traefik("reads Secrets of a ServersTransport in its own namespace only")
        .help(format!(
            "copy the Secret `{name}` into this namespace and name it without one"
        ));
    context.tell(finding);
}
