//! A real Traefik in front of the API server.
use crate::kubeapi::{KubeApi, tail};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::{IpAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A busy machine takes its time.
const SETTLED_WITHIN: Duration = Duration::from_secs(60);

/// Which of Traefik's providers read the objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Providers {
    /// kubernetesIngress and kubernetesCRD: `--target ingress`.
    Ingress,
    /// kubernetesGateway and kubernetesCRD, and kubernetesIngress for hosts that stay Ingresses: `--target gateway`.
    Gateway,
    /// Traefik's own ingress-nginx provider, on the objects as they were.
    IngressNginx,
}

/// How it is to run.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// Loopback address of its entryPoints: several may run in one namespace.
    pub address: IpAddr,
    /// Token of its ServiceAccount.
    pub token: &'a str,
    /// Who reads the objects.
    pub providers: Providers,
    /// The migration's own static settings, merged over the stand's.
    pub settings: &'a Value,
}

/// A running Traefik. Ends when it is dropped.
pub struct Traefik {
    child: Child,
    address: IpAddr,
    log: PathBuf,
}

/// The program: `$TRAEFIK`, else `traefik` on the PATH.
pub fn program() -> PathBuf {
    std::env::var_os("TRAEFIK").map_or_else(|| PathBuf::from("traefik"), PathBuf::from)
}

/// Its version, as `3.7.15`.
///
/// # Errors
/// No such program.
pub fn version(program: &Path) -> Result<String> {
    let out = Command::new(program).arg("version").output().with_context(|| {
        format!(
            "the stand needs Traefik, and `{}` cannot be run: install it or name it in $TRAEFIK",
            program.display()
        )
    })?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let line = text
        .lines()
        .find_map(|l| l.strip_prefix("Version:"))
        .context("traefik version says no version")?;
    Ok(line.trim().to_owned())
}

impl Traefik {
    /// Starts it in front of `api`, with its files in `folder`.
    ///
    /// # Errors
    /// A port is taken, or it cannot be started.
    pub fn start(program: &Path, api: &KubeApi, wish: &Wish<'_>, folder: &Path) -> Result<Traefik> {
        let Wish {
            address,
            token,
            providers,
            settings,
        } = *wish;
        for port in [80, 443, 8080] {
            TcpListener::bind((address, port)).with_context(|| format!("port {port} of the stand is taken"))?;
        }
        let ca = folder.join("kubeapi-ca.crt");
        std::fs::write(&ca, &api.ready.ca)?;
        let token_file = folder.join("token");
        std::fs::write(&token_file, token)?;
        let access = json!({"endpoint": api.ready.url, "token": token_file, "certAuthFilePath": ca});
        let mut config = base();
        merge(&mut config, settings);
        listen(&mut config["entryPoints"], address);
        for name in names(providers) {
            merge(&mut config["providers"][name], &access);
        }
        let yaml = folder.join("traefik.yaml");
        std::fs::write(&yaml, serde_yaml::to_string(&config)?)?;
        let log = folder.join("traefik.log");
        let out = std::fs::File::create(&log)?;
        let child = Command::new(program)
            .arg(format!("--configFile={}", yaml.display()))
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        Ok(Traefik { child, address, log })
    }

    /// Waits until its configuration has stopped changing and has a router for each of `hosts`; gives those without one.
    ///
    /// # Errors
    /// It, or the API server, has ended: the end of its log is in the message.
    pub fn wait(&mut self, api: &mut KubeApi, hosts: &BTreeSet<String>) -> Result<BTreeSet<String>> {
        let end = Instant::now() + SETTLED_WITHIN;
        let (mut last, mut same, mut missing) = (Value::Null, 0, hosts.clone());
        while Instant::now() < end {
            self.alive()?;
            api.alive()?;
            let now = configuration(self.address).unwrap_or(Value::Null);
            missing = without_router(&now, hosts);
            same = if now == last && !now.is_null() { same + 1 } else { 0 };
            // objects arrive one after another; a second without news is the end of it
            if same >= 10 && missing.is_empty() {
                break;
            }
            last = now;
            std::thread::sleep(Duration::from_millis(100));
        }
        if last.is_null() {
            bail!("traefik's API does not answer after a minute:\n{}", tail(&self.log));
        }
        // for who looks into the folder afterwards
        std::fs::write(self.log.with_file_name("rawdata.json"), last.to_string())?;
        Ok(missing)
    }

    /// # Errors
    /// It has ended.
    pub fn alive(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("traefik ended ({status}):\n{}", tail(&self.log)),
        }
    }
}

impl Drop for Traefik {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Everything that it has made of the objects.
fn configuration(address: IpAddr) -> Option<Value> {
    let mut answer = ureq::get(format!("http://{address}:8080/api/rawdata")).call().ok()?;
    answer.body_mut().read_json().ok()
}

fn without_router(configuration: &Value, hosts: &BTreeSet<String>) -> BTreeSet<String> {
    let kinds = ["routers", "tcpRouters"].into_iter();
    let routers = kinds.filter_map(|kind| configuration[kind].as_object()).flatten();
    let rules: Vec<&str> = routers.filter_map(|(_, router)| router["rule"].as_str()).collect();
    let quoted = |host: &str| [format!("`{host}`"), format!("\"{host}\"")];
    let named = |host: &str| {
        quoted(host)
            .iter()
            .any(|host| rules.iter().any(|rule| rule.contains(host)))
    };
    hosts.iter().filter(|host| !named(host)).cloned().collect()
}

fn names(providers: Providers) -> &'static [&'static str] {
    match providers {
        Providers::Ingress => &["kubernetesIngress", "kubernetesCRD"],
        Providers::Gateway => &["kubernetesGateway", "kubernetesCRD", "kubernetesIngress"],
        Providers::IngressNginx => &["kubernetesIngressNGINX"],
    }
}

/// What its Helm chart gives it, as far as answers depend on it, and everybody's forwarded headers: a request chooses its address.
fn base() -> Value {
    json!({
        "global": {"checkNewVersion": false, "sendAnonymousUsage": false},
        "log": {"level": "INFO", "noColor": true},
        "api": {"insecure": true},
        "entryPoints": {
            "web": {"address": ":80", "forwardedHeaders": {"insecure": true}},
            "websecure": {"address": ":443", "forwardedHeaders": {"insecure": true}},
            "traefik": {"address": ":8080"}
        },
        "providers": {}
    })
}

/// Every entryPoint on this address.
fn listen(points: &mut Value, address: IpAddr) {
    for (_, point) in points.as_object_mut().into_iter().flatten() {
        let port = point["address"].as_str().and_then(|all| all.rsplit(':').next());
        point["address"] = json!(format!("{address}:{}", port.unwrap_or_default()));
    }
}

/// Puts `over` into `into`, mappings key by key; null says nothing.
pub fn merge(into: &mut Value, over: &Value) {
    match (into, over) {
        (_, Value::Null) => {}
        (Value::Object(a), Value::Object(b)) => {
            for (key, value) in b {
                merge(a.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (a, b) => *a = b.clone(),
    }
}
