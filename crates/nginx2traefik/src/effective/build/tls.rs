//! TLS of a host: whether a certificate counts for it, and which.
//!
//! ingress-nginx `controller.go` createServers: the first Ingress of the host with any spec.tls decides, also if it lists other hosts
//! or no Secret: then the default certificate is served, and counts.
use super::Source;
use super::servers::{CATCH_ALL, Server};
use super::shared::{first, primaries};
use crate::effective::{Origin, Setting, Tls};
use crate::model::{Ingress, IngressId, IngressTls, Secret};

/// What the server does with TLS.
pub(super) fn of_server(source: &Source<'_>, host: &str, server: &Server) -> Tls {
    let mut tls = Tls {
        ciphers: first(source, server, |s| &s.ssl_ciphers),
        prefer_server_ciphers: first(source, server, |s| &s.ssl_prefer_server_ciphers),
        ..Tls::default()
    };
    let id = primaries(source, server)
        .into_iter()
        .find(|id| !source.manifests.ingress(*id).tls.is_empty());
    let Some(id) = id.filter(|_| host != CATCH_ALL) else {
        return tls;
    };
    let ingress = source.manifests.ingress(id);
    let entry = entry_for(source, ingress, host);
    let span = entry.map_or(ingress.tls[0].span, |e| e.span);
    tls.enabled = Some(Setting {
        value: (),
        origin: Origin::Spec { ingress: id, span },
    });
    if let Some(entry) = entry {
        certificate(source, id, entry, host, &mut tls);
    }
    tls
}

/// The Secret that the entry names, and the names in its certificate. One that is missing, or holds other names, is not served.
fn certificate(source: &Source<'_>, id: IngressId, entry: &IngressTls, host: &str, tls: &mut Tls) {
    let Some(name) = entry.secret_name.as_ref().filter(|n| !n.value.is_empty()) else {
        return;
    };
    let namespace = &source.manifests.ingress(id).namespace;
    let secret = source.manifests.secret(namespace, &name.value);
    let names = match secret {
        Some(secret) => names(secret),
        None if source.controller.complete => return,
        // what nobody shows is taken to hold what is asked of it
        None => Some(entry.hosts.iter().map(|h| h.value.clone()).collect()),
    };
    if names
        .as_ref()
        .is_some_and(|names| !names.iter().any(|n| covers(n, host)))
    {
        return;
    }
    tls.names = names;
    tls.secret = Some(Setting {
        value: (namespace.clone(), name.value.clone()),
        origin: Origin::Spec {
            ingress: id,
            span: name.span,
        },
    });
}

/// The entry that lists the host, else one whose certificate holds it.
fn entry_for<'a>(source: &Source<'_>, ingress: &'a Ingress, host: &str) -> Option<&'a IngressTls> {
    let lists = |e: &&IngressTls| e.hosts.iter().any(|h| h.value.eq_ignore_ascii_case(host));
    let holds = |e: &&IngressTls| {
        let name = e.secret_name.as_ref().map(|n| n.value.as_str());
        let secret = name.and_then(|n| source.manifests.secret(&ingress.namespace, n));
        secret
            .and_then(names)
            .is_some_and(|names| names.iter().any(|n| covers(n, host)))
    };
    ingress
        .tls
        .iter()
        .find(lists)
        .or_else(|| ingress.tls.iter().find(holds))
}

/// A name of a certificate covers a host; `*.` stands for one label.
pub(in crate::effective) fn covers(name: &str, host: &str) -> bool {
    match (name.strip_prefix("*."), host.split_once('.')) {
        (Some(rest), Some((_, parent))) => rest.eq_ignore_ascii_case(parent),
        _ => name.eq_ignore_ascii_case(host),
    }
}

/// The names in a Secret's certificate: subjectAltName's DNS names, else the common names.
fn names(secret: &Secret) -> Option<Vec<String>> {
    let pem = std::str::from_utf8(secret.data.get("tls.crt")?).ok()?;
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END")?;
    let text: String = body.split_whitespace().collect();
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).ok()?;
    let mut found = dns_names(&der);
    if found.is_empty() {
        found = common_names(&der);
    }
    Some(found)
}

/// RFC 5280 4.2.1.6: dNSName is the context tag 2 inside the extension 2.5.29.17.
fn dns_names(der: &[u8]) -> Vec<String> {
    const OID: &[u8] = &[0x06, 0x03, 0x55, 0x1d, 0x11];
    let Some(at) = der.windows(OID.len()).position(|w| w == OID) else {
        return Vec::new();
    };
    let mut rest = &der[at + OID.len()..];
    if rest.starts_with(&[0x01, 0x01, 0xff]) {
        rest = &rest[3..];
    }
    let Some((_, octets, _)) = element(rest) else {
        return Vec::new();
    };
    let Some((_, mut list, _)) = element(octets) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    while let Some((tag, value, after)) = element(list) {
        if tag == 0x82 {
            names.push(String::from_utf8_lossy(value).into_owned());
        }
        list = after;
    }
    names
}

/// RFC 5280 appendix A.1: commonName is 2.5.4.3; the last one is the subject's.
fn common_names(der: &[u8]) -> Vec<String> {
    const OID: &[u8] = &[0x06, 0x03, 0x55, 0x04, 0x03];
    let at = der.windows(OID.len()).rposition(|w| w == OID);
    let value = at.and_then(|at| element(&der[at + OID.len()..]));
    value
        .map(|(_, v, _)| String::from_utf8_lossy(v).into_owned())
        .into_iter()
        .collect()
}

/// One DER element: tag, value, and what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        let bytes = rest.get(..count).filter(|_| count <= 4)?;
        let length = bytes.iter().fold(0usize, |n, b| n << 8 | usize::from(*b));
        (length, &rest[count..])
    };
    Some((*tag, rest.get(..length)?, &rest[length..]))
}
