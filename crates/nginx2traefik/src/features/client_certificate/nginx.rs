//! What ingress-nginx makes of it.
use crate::effective::{Effect, Reader, Setting};

/// auth-tls-* of one Ingress; the host takes the first that has a Secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// Namespace and name of the CA Secret.
    pub secret: Setting<(String, String)>,
    /// Why ingress-nginx cannot use the Secret: then every Ingress of the host answers 403.
    pub unusable: Option<String>,
    /// The Secret holds `ca.crt` (without it nothing is asked of clients); None: the Secret is not among the inputs.
    pub has_ca: Option<bool>,
    /// auth-tls-verify-client: on, off, optional, optional_no_ca
    pub verify: Setting<String>,
    /// auth-tls-verify-depth
    pub depth: Setting<u64>,
    /// auth-tls-error-page
    pub error_page: Option<Setting<String>>,
    /// auth-tls-pass-certificate-to-upstream
    pub pass_certificate: Setting<bool>,
    /// auth-tls-match-cn
    pub match_cn: Option<Setting<String>>,
}

/// All but the Secret; without it they do nothing.
const BESIDE: [&str; 5] = [
    "auth-tls-error-page",
    "auth-tls-match-cn",
    "auth-tls-pass-certificate-to-upstream",
    "auth-tls-verify-client",
    "auth-tls-verify-depth",
];

/// Reads it from the annotations of one Ingress. (`annotations/authtls/main.go`)
///
/// Without a readable Secret the whole host answers 403: [`ClientCertificate::unusable`]. The other annotations are read, and checked,
/// only beside a readable Secret.
pub fn read(reader: &Reader<'_>) -> Option<ClientCertificate> {
    let Some(secret) = reader.or_refuse(reader.string("auth-tls-secret")) else {
        reader.inert(
            &BESIDE,
            "there is no auth-tls-secret: nobody is asked for a certificate",
        );
        return None;
    };
    let mut read = ClientCertificate {
        secret: secret.clone().map(|_| (String::new(), String::new())),
        unusable: None,
        has_ca: None,
        verify: Setting::built_in("on".into()),
        depth: Setting::built_in(1),
        error_page: None,
        pass_certificate: Setting::built_in(false),
        match_cn: None,
    };
    if let Err(reason) = find_secret(reader, &secret.value, &mut read) {
        reader.deny(&secret, reason.clone());
        read.unusable = Some(reason);
        return Some(read);
    }
    let verify = reader.optional(reader.string("auth-tls-verify-client"));
    read.verify = verify
        .filter(|v| VERIFY.contains(&v.value.as_str()))
        .unwrap_or(read.verify);
    read.depth = read_depth(reader);
    read.error_page = reader.or_refuse(reader.string("auth-tls-error-page"));
    let pass = reader.or_refuse(reader.bool("auth-tls-pass-certificate-to-upstream"));
    read.pass_certificate = pass.unwrap_or(read.pass_certificate);
    read.match_cn = reader.or_refuse(reader.string("auth-tls-match-cn"));
    Some(read)
}

const VERIFY: &[&str] = &["on", "off", "optional", "optional_no_ca"];

/// Fills in the Secret's name and whether it holds a CA; an Err is why ingress-nginx cannot use it.
fn find_secret(reader: &Reader<'_>, written: &str, read: &mut ClientCertificate) -> Result<(), String> {
    let Some((namespace, name)) = written.split_once('/').filter(|(_, name)| !name.contains('/')) else {
        return Err(format!("`{written}` is not namespace/name"));
    };
    read.secret.value = (namespace.into(), name.into());
    if !reader.may_name(namespace) {
        return Err("its Secret is in another namespace".into());
    }
    let Some(secret) = reader.manifests.secret(namespace, name) else {
        let known_missing = reader.controller.complete;
        return if known_missing {
            Err(format!("there is no Secret {written}"))
        } else {
            Ok(())
        };
    };
    let ca = secret.data.contains_key("ca.crt");
    if secret.data.get("ca.crt").is_some_and(|pem| !is_certificate(pem)) {
        return Err(format!("ca.crt of Secret {written} is no certificate"));
    }
    let pair = secret.data.contains_key("tls.crt") && secret.data.contains_key("tls.key");
    read.has_ca = Some(ca);
    if ca || pair {
        Ok(())
    } else {
        Err(format!("Secret {written} holds no certificate"))
    }
}

/// PEM with something that can be a certificate in it.
fn is_certificate(pem: &[u8]) -> bool {
    let text = String::from_utf8_lossy(pem);
    let body = text
        .split_once("-----BEGIN CERTIFICATE-----")
        .and_then(|(_, rest)| rest.split_once("-----END"));
    let body: Option<String> = body.map(|(body, _)| body.split_whitespace().collect());
    let der = body.and_then(|b| base64::Engine::decode(&base64::engine::general_purpose::STANDARD, b).ok());
    // a DER SEQUENCE
    der.is_some_and(|der| der.first() == Some(&0x30))
}

fn read_depth(reader: &Reader<'_>) -> Setting<u64> {
    let Some(depth) = reader
        .optional(reader.int("auth-tls-verify-depth"))
        .filter(|d| d.value != 0)
    else {
        return Setting::built_in(1);
    };
    if depth.value < 0 {
        reader.problem(
            "auth-tls-verify-depth",
            Effect::Breaks,
            "nginx accepts no negative number",
        );
    }
    depth.map(|d| d.unsigned_abs())
}
