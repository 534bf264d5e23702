//! The API server: built once, started anew for each run, spoken to over HTTPS.
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What the server says of itself when it is ready.
#[derive(Debug, Clone, Deserialize)]
pub struct Ready {
    /// `https://127.0.0.1:port`
    pub url: String,
    /// Bearer token of a cluster administrator.
    pub token: String,
    /// Its CA, PEM.
    pub ca: String,
}

/// A running kube-apiserver. Ends when it is dropped: its standard input closes.
pub struct KubeApi {
    child: Child,
    /// Where and how it is reached.
    pub ready: Ready,
    agent: ureq::Agent,
    plurals: BTreeMap<(String, String), Resource>,
    log: PathBuf,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The status.
    pub status: u16,
    /// Headers `Warning`, as they are.
    pub warnings: Vec<String>,
    /// The object, or the Status that says why there is none.
    pub body: Value,
}

impl Exchange {
    /// The message of a Status.
    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }
}

#[derive(Debug, Clone)]
struct Resource {
    plural: String,
    namespaced: bool,
}

/// Builds the server with Go, where the cached one is older than its source.
///
/// # Errors
/// No Go, or the build fails.
pub fn build(module: &Path, cache: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(cache)?;
    let binary = cache.join("kubeapi");
    let flags = "-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3 -X k8s.io/component-base/version.gitMajor=1 \
                 -X k8s.io/component-base/version.gitMinor=36";
    let out = Command::new("go")
        .args(["build", "-trimpath", "-ldflags", flags, "-o"])
        .arg(&binary)
        .arg(".")
        .current_dir(module)
        .output()
        .context("the stand needs Go 1.26 or newer to build its kube-apiserver (Debian: golang)")?;
    if !out.status.success() {
        bail!(
            "go build of the kube-apiserver failed:\n{}",
            String::from_utf8_lossy(&out.stderr)
        );
    }
    Ok(binary)
}

impl KubeApi {
    /// Starts it, with its data and its log in `folder`, and waits until it says that it is ready.
    ///
    /// # Errors
    /// It ends before it is ready; its log's end is in the message.
    pub fn start(binary: &Path, folder: &Path) -> Result<KubeApi> {
        std::fs::create_dir_all(folder)?;
        let log = &folder.join("kubeapi.log");
        let file = std::fs::File::create(log)?;
        let mut child = Command::new(binary)
            .arg("--dir")
            .arg(folder.join("etcd"))
            // it lives for a minute: memory is cheaper than collecting it
            .env("GOGC", "400")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(file)
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let mut line = String::new();
        let stdout = child.stdout.take().context("no standard output")?;
        BufReader::new(stdout).read_line(&mut line)?;
        if line.is_empty() {
            let _ = child.wait();
            bail!("the kube-apiserver ended before it was ready:\n{}", tail(log));
        }
        let ready: Ready = serde_json::from_str(&line).context("the kube-apiserver's first line")?;
        let agent = agent(&ready.ca)?;
        Ok(KubeApi {
            child,
            ready,
            agent,
            plurals: BTreeMap::new(),
            log: log.to_owned(),
        })
    }

    /// Applies an object with strict field validation.
    ///
    /// # Errors
    /// The server's own words where it refuses the object.
    pub fn apply(&mut self, object: &Value) -> Result<Value> {
        let (path, name) = self.path(object)?;
        let strict = "fieldManager=stand&force=true&fieldValidation=Strict";
        self.sent("PATCH", &format!("{path}/{name}?{strict}"), object)
    }

    /// Asks whether a new object would be taken, with strict field validation. Nothing is stored.
    ///
    /// # Errors
    /// The server's own words where it refuses the object.
    pub fn validate(&mut self, object: &Value) -> Result<Value> {
        let (path, _) = self.path(object)?;
        self.sent("POST", &format!("{path}?fieldValidation=Strict&dryRun=All"), object)
    }

    fn sent(&mut self, method: &str, path: &str, object: &Value) -> Result<Value> {
        let sent = self.send(method, &format!("{}{path}", self.ready.url), Some(object));
        if sent.is_err() {
            self.alive()?;
        }
        sent
    }

    /// Asks for any path of the API.
    ///
    /// # Errors
    /// The server's own words where it refuses.
    pub fn get(&self, path: &str) -> Result<Value> {
        self.send("GET", &format!("{}{path}", self.ready.url), None)
    }

    /// Posts to any path of the API.
    ///
    /// # Errors
    /// The server's own words where it refuses.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.send("POST", &format!("{}{path}", self.ready.url), Some(body))
    }

    fn send(&self, method: &str, url: &str, body: Option<&Value>) -> Result<Value> {
        let kind = if method == "PATCH" {
            "application/apply-patch+yaml"
        } else {
            "application/json"
        };
        let request = http::Request::builder()
            .method(method)
            .uri(url)
            .header("Authorization", format!("Bearer {}", self.ready.token))
            .header("Content-Type", kind)
            .body(body.map(Value::to_string).unwrap_or_default())?;
        let mut response = self.agent.run(request).with_context(|| format!("{method} {url}"))?;
        let status = response.status().as_u16();
        let answer: Value = response.body_mut().read_json().unwrap_or(Value::Null);
        if status >= 300 {
            bail!("{}", answer["message"].as_str().unwrap_or("refused without a message"));
        }
        Ok(answer)
    }

    /// Sends what is given and gives back whatever comes, also a refusal.
    ///
    /// # Errors
    /// No answer.
    pub fn exchange(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Result<Exchange> {
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.ready.url))
            .header("Authorization", format!("Bearer {}", self.ready.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let mut response = self
            .agent
            .run(request.body(body)?)
            .with_context(|| format!("{method} {path}"))?;
        let warnings = response.headers().get_all("Warning").iter();
        Ok(Exchange {
            warnings: warnings
                .filter_map(|text| text.to_str().ok())
                .map(str::to_owned)
                .collect(),
            status: response.status().as_u16(),
            body: response.body_mut().read_json().unwrap_or(Value::Null),
        })
    }

    /// The path of its kind, and its name.
    fn path(&mut self, object: &Value) -> Result<(String, String)> {
        let version = object["apiVersion"]
            .as_str()
            .context("an object without apiVersion")?
            .to_owned();
        let kind = object["kind"].as_str().context("an object without kind")?.to_owned();
        let name = object["metadata"]["name"]
            .as_str()
            .context("an object without a name")?;
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or("default");
        let resource = self.resource(&version, &kind)?;
        let group = if version.contains('/') {
            format!("/apis/{version}")
        } else {
            format!("/api/{version}")
        };
        let scope = if resource.namespaced {
            format!("/namespaces/{namespace}")
        } else {
            String::new()
        };
        Ok((format!("{group}{scope}/{}", resource.plural), name.to_owned()))
    }

    fn resource(&mut self, version: &str, kind: &str) -> Result<Resource> {
        let key = (version.to_owned(), kind.to_owned());
        if !self.plurals.contains_key(&key) {
            self.discover(version)?;
        }
        self.plurals
            .get(&key)
            .cloned()
            .with_context(|| format!("the API server does not know {version} {kind}"))
    }

    fn discover(&mut self, version: &str) -> Result<()> {
        let group = if version.contains('/') { "apis" } else { "api" };
        let list = self.get(&format!("/{group}/{version}"))?;
        for entry in list["resources"].as_array().into_iter().flatten() {
            let plural = entry["name"].as_str().unwrap_or_default();
            if !plural.contains('/') {
                let kind = entry["kind"].as_str().unwrap_or_default().to_owned();
                let namespaced = entry["namespaced"].as_bool().unwrap_or(false);
                self.plurals.insert(
                    (version.to_owned(), kind),
                    Resource {
                        plural: plural.to_owned(),
                        namespaced,
                    },
                );
            }
        }
        Ok(())
    }

    /// # Errors
    /// The API server has ended.
    pub fn alive(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!(
                "the kube-apiserver ended in the middle of the run ({status}):\n{}",
                tail(&self.log)
            ),
        }
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for KubeApi {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn agent(ca: &str) -> Result<ureq::Agent> {
    let root = ureq::tls::Certificate::from_pem(ca.as_bytes())?;
    let tls = ureq::tls::TlsConfig::builder()
        .root_certs(ureq::tls::RootCerts::new_with_certs(&[root]))
        .build();
    let config = ureq::Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .build();
    Ok(config.new_agent())
}

/// The end of a log, for messages.
pub fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}
