//! The certificates that listeners serve.
use super::own::Own;
use crate::effective::HostName;
use crate::model::IngressId;
use crate::plan::host::{Given, HostPlan};
use crate::plan::host_redirect::owner;
use std::collections::BTreeMap;

/// Namespace and name of a Secret.
pub(crate) type Secret = (String, String);

/// A host's own certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Certificate {
    pub(crate) secret: Secret,
    /// Whose spec.tls names it.
    pub(crate) owner: Option<IngressId>,
}

/// By host name; a wildcard stands as `*.example.org`.
pub(crate) type Certificates = BTreeMap<String, Certificate>;

/// Every name that is served with a certificate of its own. One that the certificate does not hold gets the default one, as
/// ingress-nginx serves it (controller.go createServers; certificate.lua).
pub(crate) fn of_hosts(hosts: &[HostPlan<'_>], own: &[Own]) -> Certificates {
    let mut certificates = Certificates::new();
    for plan in hosts {
        let tls = &plan.host.tls;
        let Some(secret) = tls.secret.as_ref().filter(|_| plan.host.passthrough.is_none()) else {
            continue;
        };
        let www = plan.host.www.as_ref().map(|www| HostName::Exact(www.from.clone()));
        for name in plan.names.iter().chain(&www) {
            if let Some(name) = hostname(name).filter(|name| tls.covers(name)) {
                certificates.entry(name).or_insert_with(|| Certificate {
                    secret: secret.value.clone(),
                    owner: owner(&secret.origin),
                });
            }
        }
    }
    for one in own {
        if let (Some(name), Some(secret)) = (hostname(&one.name), &one.certificate) {
            certificates.entry(name).or_insert_with(|| Certificate {
                secret: secret.clone(),
                owner: None,
            });
        }
    }
    certificates
}

/// What a host without a certificate is served with: what the profile names, what ingress-nginx has, else any, since the client
/// gets Traefik's own certificate where that one does not hold the name (traefik:pkg/tls/certificate_store.go).
pub(crate) fn default(given: Given<'_>, certificates: &Certificates, namespace: &str) -> Option<Secret> {
    let named = given.options.gateway.default_certificate.clone();
    let of_controller = || {
        let flag = given.effective.controller.default_certificate.as_deref()?;
        let (namespace, name) = flag.split_once('/')?;
        Some((namespace.to_owned(), name.to_owned()))
    };
    let any = || {
        let secrets = certificates.values().map(|certificate| &certificate.secret);
        secrets.min_by_key(|secret| (secret.0 != namespace, *secret)).cloned()
    };
    named.or_else(of_controller).or_else(|| of_store(given)).or_else(any)
}

/// The certificate of Traefik's own default store (traefik:pkg/provider/kubernetes/crd/kubernetes_tls.go).
fn of_store(given: Given<'_>) -> Option<Secret> {
    let mut stores = given
        .manifests
        .traefik
        .iter()
        .filter(|o| o.kind == "TLSStore" && o.name == "default");
    stores.find_map(|store| {
        let name = store.spec.pointer("/defaultCertificate/secretName")?.as_str()?;
        Some((store.namespace.clone(), name.to_owned()))
    })
}

/// As it stands in `hostname`; none for what a Gateway has no word for.
pub(crate) fn hostname(name: &HostName) -> Option<String> {
    match name {
        HostName::Exact(name) => Some(name.clone()),
        HostName::Wildcard(rest) => Some(format!("*.{rest}")),
        HostName::Regex(_) | HostName::CatchAll => None,
    }
}
