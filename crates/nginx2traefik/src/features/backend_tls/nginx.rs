//! What ingress-nginx makes of it.
use crate::effective::ciphers::selects_any;
use crate::effective::{Effect, Effective, Host, Reader, Setting};
use crate::model::IngressId;

/// proxy-ssl-*; all of it is inert without proxy-ssl-secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackendTls {
    /// Namespace and name of the Secret.
    pub secret: Setting<(String, String)>,
    /// The Secret holds `ca.crt`: without it nginx uses nothing of the Secret and verifies nothing. None: it is not among the inputs.
    pub has_ca: Option<bool>,
    /// proxy-ssl-verify: on
    pub verify: Setting<bool>,
    /// proxy-ssl-verify-depth
    pub depth: Setting<u64>,
    /// proxy-ssl-name
    pub name: Option<Setting<String>>,
    /// proxy-ssl-server-name: on (sends SNI)
    pub server_name: Setting<bool>,
    /// proxy-ssl-protocols
    pub protocols: Option<Setting<String>>,
    /// proxy-ssl-ciphers
    pub ciphers: Option<Setting<String>>,
}

/// All but the Secret; without it they do nothing.
const BESIDE: [&str; 6] = [
    "proxy-ssl-verify",
    "proxy-ssl-verify-depth",
    "proxy-ssl-name",
    "proxy-ssl-server-name",
    "proxy-ssl-protocols",
    "proxy-ssl-ciphers",
];

/// Reads it from the annotations of one Ingress. (`annotations/proxyssl`: a Secret that is not found closes the location; the other
/// annotations are read only beside a Secret, and an invalid value is the default.)
pub fn read(reader: &Reader<'_>) -> Option<BackendTls> {
    let Some(written) = reader.or_refuse(reader.string("proxy-ssl-secret")) else {
        reader.inert(&BESIDE, "there is no proxy-ssl-secret");
        return None;
    };
    let found = match find_secret(reader, &written.value) {
        Ok(found) => found,
        Err(reason) => {
            reader.deny(&written, reason);
            return None;
        }
    };
    let on = |key| {
        let value = reader.optional(reader.string(key));
        value.map_or(Setting::built_in(false), |v| v.map(|v| v == "on"))
    };
    Some(BackendTls {
        has_ca: found.has_ca,
        secret: written.map(|_| found.name),
        verify: on("proxy-ssl-verify"),
        depth: read_depth(reader),
        name: reader.optional(reader.string("proxy-ssl-name")),
        server_name: on("proxy-ssl-server-name"),
        protocols: reader
            .optional(reader.string("proxy-ssl-protocols"))
            .map(|p| p.map(|p| sorted(&p))),
        ciphers: read_ciphers(reader),
    })
}

struct Found {
    name: (String, String),
    has_ca: Option<bool>,
}

/// An Err is why ingress-nginx cannot use the Secret (internal/ingress/controller/store/backend_ssl.go, getPemCertificate).
fn find_secret(reader: &Reader<'_>, written: &str) -> Result<Found, String> {
    let Some((namespace, name)) = written.split_once('/').filter(|(_, name)| !name.contains('/')) else {
        return Err(format!("`{written}` is not namespace/name"));
    };
    if !reader.may_name(namespace) {
        return Err("its Secret is in another namespace".into());
    }
    let mut found = Found {
        name: (namespace.into(), name.into()),
        has_ca: None,
    };
    let Some(secret) = reader.manifests.secret(namespace, name) else {
        let missing = reader.controller.complete;
        return if missing {
            Err(format!("there is no Secret {written}"))
        } else {
            Ok(found)
        };
    };
    let ca = secret.data.contains_key("ca.crt");
    let pair = secret.data.contains_key("tls.crt") && secret.data.contains_key("tls.key");
    found.has_ca = Some(ca);
    if ca || pair {
        Ok(found)
    } else {
        Err(format!("Secret {written} holds no certificate"))
    }
}

/// Names that OpenSSL does not know pass the check (recording atlas/ngx-pssl-ciphers).
fn read_ciphers(reader: &Reader<'_>) -> Option<Setting<String>> {
    let ciphers = reader.optional(reader.string("proxy-ssl-ciphers"))?;
    if !selects_any(&ciphers.value) {
        let reason = "OpenSSL knows none of these ciphers";
        reader.problem("proxy-ssl-ciphers", Effect::Breaks, reason);
    }
    Some(ciphers)
}

/// 0 is the default; a negative number passes the check, and nginx refuses it (recording atlas/ngx-pssl-depth-neg).
fn read_depth(reader: &Reader<'_>) -> Setting<u64> {
    let depth = reader
        .optional(reader.int("proxy-ssl-verify-depth"))
        .filter(|d| d.value != 0);
    let Some(depth) = depth else {
        return Setting::built_in(1);
    };
    if depth.value < 0 {
        reader.problem(
            "proxy-ssl-verify-depth",
            Effect::Breaks,
            "nginx knows no negative number here",
        );
    }
    depth.map(|n| u64::try_from(n).unwrap_or(1))
}

/// The protocols in order; TLSv1.2 where none is named.
fn sorted(protocols: &str) -> String {
    let mut names: Vec<&str> = protocols.split(' ').filter(|p| !p.is_empty()).collect();
    names.sort_unstable();
    if names.is_empty() {
        "TLSv1.2".into()
    } else {
        names.join(" ")
    }
}

/// The settings that hold for the locations of an Ingress on a host: its own, else, unless the ConfigMap has proxy-ssl-location-only,
/// those of the first Ingress of the host whose Secret has a CA. (controller.go, getBackendServers; nginx.tmpl writes them into the
/// server; recordings atlas/pssl-leak, atlas/pssl-leak-younger)
pub fn in_force<'a>(effective: &'a Effective, host: &Host, ingress: IngressId) -> Option<&'a BackendTls> {
    let of = |id: IngressId| effective.ingress(id).settings.backend_tls.as_ref();
    if let Some(own) = of(ingress) {
        return Some(own);
    }
    if effective.controller.bool("proxy-ssl-location-only", false).value {
        return None;
    }
    host.ingresses
        .iter()
        .find_map(|id| of(*id).filter(|t| t.has_ca != Some(false)))
}
