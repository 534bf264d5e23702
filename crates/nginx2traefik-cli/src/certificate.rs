//! `nginx2traefik webhook-certificate`: a certificate of the webhook's own, made in the cluster by the Helm chart's hook.
//!
//! What is still good stays. A new authority is told to the API server before its certificate is in use, beside the one before it,
//! so that no review fails while it comes.
use crate::exit::Exit;
use anyhow::{Context, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use nginx2traefik::admission::Date;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// Days that a certificate is good for, and days before its end from which on a new one is made.
const DAYS: i64 = 3 * 365;
const RENEW: i64 = 365;
/// On the Secret: the certificate's last day.
const LAST_DAY: &str = "nginx2traefik.io/certificate-until";

/// The command line.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Namespace of the Service and of the Secret
    #[arg(long)]
    namespace: String,
    /// The Service that the API server calls
    #[arg(long)]
    service: String,
    /// The Secret that is written: tls.crt, tls.key, ca.crt
    #[arg(long)]
    secret: String,
    /// The ValidatingWebhookConfiguration that is told the authority; one that there is not yet is left to the next run
    #[arg(long)]
    webhook: String,
    /// Address of the API server [default: from the pod's environment]
    #[arg(long, value_name = "URL")]
    api: Option<String>,
    /// Folder with `token` and `ca.crt`
    #[arg(
        long,
        value_name = "DIR",
        default_value = "/var/run/secrets/kubernetes.io/serviceaccount"
    )]
    account: PathBuf,
}

struct Made {
    certificate: String,
    key: String,
    authority: String,
    until: Date,
}

/// Runs it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    let api = Api::new(arguments)?;
    let path = format!("/api/v1/namespaces/{}/secrets", arguments.namespace);
    let stored = api.get(&format!("{path}/{}", arguments.secret))?;
    let before = stored
        .as_ref()
        .map(|secret| field(secret, "ca.crt"))
        .unwrap_or_default();
    if stored.as_ref().is_some_and(|secret| good(secret, today())) {
        trust(&api, arguments, &before)?;
        return Ok(Exit::Clean);
    }
    let made = make(arguments, today())?;
    let bundle = made.authority.clone() + &before;
    trust(&api, arguments, &bundle)?;
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
        "metadata": {"name": arguments.secret, "namespace": arguments.namespace, "annotations": {LAST_DAY: made.until.to_string()}},
        "stringData": {"tls.crt": made.certificate, "tls.key": made.key, "ca.crt": made.authority}});
    match stored {
        Some(_) => api.send(
            "PUT",
            &format!("{path}/{}", arguments.secret),
            "application/json",
            &secret,
        )?,
        None => api.send("POST", &path, "application/json", &secret)?,
    };
    Ok(Exit::Clean)
}

fn today() -> Date {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Date::from_unix_days((now.as_secs() / 86_400).cast_signed())
}

fn field(secret: &Value, key: &str) -> String {
    let decoded = secret["data"][key].as_str().and_then(|text| STANDARD.decode(text).ok());
    decoded
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default()
}

fn good(secret: &Value, today: Date) -> bool {
    let whole = ["tls.crt", "tls.key", "ca.crt"]
        .iter()
        .all(|key| !field(secret, key).is_empty());
    let until = secret["metadata"]["annotations"][LAST_DAY]
        .as_str()
        .and_then(Date::parse);
    whole && until.is_some_and(|until| until.days_after(today) > RENEW)
}

fn make(arguments: &Arguments, today: Date) -> anyhow::Result<Made> {
    let from = today.days_after(Date::from_unix_days(0));
    let until = Date::from_unix_days(from + DAYS);
    let dated = |mut params: CertificateParams, name: &str| -> anyhow::Result<CertificateParams> {
        params.distinguished_name.push(DnType::CommonName, name);
        // a clock that is a little behind is none the worse
        params.not_before = day(Date::from_unix_days(from - 1))?;
        params.not_after = day(until)?;
        Ok(params)
    };
    let mut authority = dated(CertificateParams::default(), "nginx2traefik webhook")?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority_key = KeyPair::generate()?;
    let authority_certificate = authority.self_signed(&authority_key)?;
    let name = format!("{}.{}.svc", arguments.service, arguments.namespace);
    let leaf = CertificateParams::new(vec![name.clone(), format!("{name}.cluster.local")])?;
    let key = KeyPair::generate()?;
    let certificate = dated(leaf, "webhook")?.signed_by(&key, &Issuer::new(authority, &authority_key))?;
    Ok(Made {
        certificate: certificate.pem(),
        key: key.serialize_pem(),
        authority: authority_certificate.pem(),
        until,
    })
}

fn day(date: Date) -> anyhow::Result<time::OffsetDateTime> {
    let days = date.days_after(Date::from_unix_days(0));
    Ok(time::OffsetDateTime::from_unix_timestamp(days * 86_400)?)
}

/// Tells the API server the authorities that it may trust.
fn trust(api: &Api, arguments: &Arguments, bundle: &str) -> anyhow::Result<()> {
    let path = format!(
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/{}",
        arguments.webhook
    );
    let Some(configuration) = api.get(&path)? else {
        return Ok(());
    };
    let names = configuration["webhooks"].as_array().into_iter().flatten();
    let bundle = STANDARD.encode(bundle);
    let webhooks: Vec<Value> = names
        .map(|webhook| json!({"name": webhook["name"], "clientConfig": {"caBundle": bundle}}))
        .collect();
    let patch = json!({"webhooks": webhooks});
    api.send("PATCH", &path, "application/strategic-merge-patch+json", &patch)?;
    Ok(())
}

struct Api {
    agent: ureq::Agent,
    url: String,
    token: String,
}

impl Api {
    fn new(arguments: &Arguments) -> anyhow::Result<Self> {
        let read = |name: &str| {
            let path = arguments.account.join(name);
            std::fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))
        };
        let url = match &arguments.api {
            Some(url) => url.clone(),
            None => {
                let variable = |name: &str| std::env::var(name).with_context(|| format!("${name} is not set: no pod?"));
                let host = variable("KUBERNETES_SERVICE_HOST")?;
                let host = if host.contains(':') { format!("[{host}]") } else { host };
                format!("https://{host}:{}", variable("KUBERNETES_SERVICE_PORT")?)
            }
        };
        let root = ureq::tls::Certificate::from_pem(read("ca.crt")?.as_bytes())?;
        let roots = ureq::tls::RootCerts::new_with_certs(&[root]);
        let tls = ureq::tls::TlsConfig::builder().root_certs(roots).build();
        let config = ureq::Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .build();
        Ok(Api {
            agent: config.new_agent(),
            url,
            token: read("token")?.trim().to_owned(),
        })
    }

    /// None: there is no such object.
    fn get(&self, path: &str) -> anyhow::Result<Option<Value>> {
        let (status, answer) = self.ask("GET", path, "application/json", "")?;
        if status == 404 {
            return Ok(None);
        }
        ensure!(status < 300, "GET {path}: {}", answer["message"]);
        Ok(Some(answer))
    }

    fn send(&self, method: &str, path: &str, kind: &str, body: &Value) -> anyhow::Result<Value> {
        let (status, answer) = self.ask(method, path, kind, &body.to_string())?;
        if status >= 300 {
            bail!("{method} {path}: {}", answer["message"]);
        }
        Ok(answer)
    }

    fn ask(&self, method: &str, path: &str, kind: &str, body: &str) -> anyhow::Result<(u16, Value)> {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("Authorization", format!("Bearer {}", self.token))
            .header("Content-Type", kind)
            .body(body.to_owned())?;
        let mut response = self.agent.run(request).with_context(|| format!("{method} {path}"))?;
        let answer = response.body_mut().read_json().unwrap_or(Value::Null);
        Ok((response.status().as_u16(), answer))
    }
}
