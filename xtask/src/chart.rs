//! `cargo xtask chart`: the plain manifests of the webhook, rendered from its Helm chart, and what a real API server says of them.
use crate::{place, say};
use anyhow::{Context, Result, ensure};
use serde::Deserialize as _;
use serde_json::{Value, json};
use stand::crds;
use stand::kubeapi::{self, KubeApi};
use stand::namespace::{self, Place};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// What is built where there is no helm.
const HELM: &str = "helm.sh/helm/v3/cmd/helm@v3.22.0";
const NAMESPACE: &str = "nginx2traefik";
/// The files in deploy/manifests, and the chart's values that make them.
const MANIFESTS: [(&str, &[&str]); 2] = [
    ("webhook.yaml", &[]),
    ("webhook-cert-manager.yaml", &["certificate.by=cert-manager"]),
];
/// Everything that the chart can write.
const EVERYTHING: &[&str] = &[
    "certificate.by=cert-manager",
    "serviceMonitor.enabled=true",
    "autoscaling.enabled=true",
    "admission.mode=deny",
    "admission.namespaces.shop.mode=audit",
    "admission.exemptions.max-days=30",
];

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Change nothing: fail where a manifest is stale
    #[arg(long)]
    check: bool,
    /// Apply everything to a real API server, with strict validation
    #[arg(long)]
    apply: bool,
}

/// Runs it.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    if arguments.apply {
        return apply();
    }
    let helm = helm()?;
    let mut stale = Vec::new();
    for (name, values) in MANIFESTS {
        let path = place::root().join("deploy/manifests").join(name);
        let text = head(values) + &render(&helm, values)?;
        if !arguments.check {
            std::fs::write(&path, text).with_context(|| path.display().to_string())?;
        } else if std::fs::read_to_string(&path).unwrap_or_default() != text {
            stale.push(name);
        }
    }
    stale
        .iter()
        .for_each(|name| say::problem(&format!("deploy/manifests/{name} is stale: `cargo xtask chart`")));
    Ok(ExitCode::from(u8::from(!stale.is_empty())))
}

/// `$HELM`, or `helm`, or one that Go builds into Cargo's target folder.
fn helm() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("HELM").filter(|path| !path.is_empty()) {
        return Ok(named.into());
    }
    if Command::new("helm")
        .arg("version")
        .output()
        .is_ok_and(|out| out.status.success())
    {
        return Ok("helm".into());
    }
    let built = place::cache().join("helm");
    if !built.is_file() {
        std::fs::create_dir_all(place::cache())?;
        let mut command = Command::new("go");
        command
            .args(["install", "-trimpath", HELM])
            .env("GOBIN", place::cache());
        let status = command.status().context("`helm`, or Go to build one")?;
        ensure!(status.success(), "go install {HELM} failed");
    }
    Ok(built)
}

fn head(values: &[&str]) -> String {
    let set: String = values.iter().map(|value| format!(" --set {value}")).collect();
    format!(
        "# Rendered by `cargo xtask chart` from deploy/chart{set}: where there is Helm, take the chart.\n\
         ---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: {NAMESPACE}\n  labels:\n    pod-security.kubernetes.io/enforce: restricted\n"
    )
}

fn render(helm: &Path, values: &[&str]) -> Result<String> {
    let mut command = Command::new(helm);
    command.args([
        "template",
        NAMESPACE,
        "deploy/chart",
        "--namespace",
        NAMESPACE,
        "--kube-version",
        "1.36.0",
    ]);
    values.iter().for_each(|value| {
        command.args(["--set", value]);
    });
    let out = command.current_dir(place::root()).output().context("helm")?;
    ensure!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    Ok(String::from_utf8(out.stdout)?)
}

fn apply() -> Result<ExitCode> {
    let helm = if namespace::inside() { PathBuf::new() } else { helm()? };
    let folder = place::run();
    if !namespace::inside() {
        stand::machine::check(&[])?;
        kubeapi::build(&place::root().join("tests/stand/kubeapi"), &place::cache())?;
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("chart.yaml"), head(&[]) + &render(&helm, &[])?)?;
        std::fs::write(folder.join("everything.yaml"), render(&helm, EVERYTHING)?)?;
    }
    if let Place::Outside(code) = namespace::enter(&folder)? {
        let _ = std::fs::remove_dir_all(&folder);
        return Ok(code);
    }
    let mut api = KubeApi::start(&place::cache().join("kubeapi"), &folder.join("api"))?;
    crds::register_cert_manager(&mut api)?;
    crds::define(
        &mut api,
        &[crds::open(
            ("monitoring.coreos.com", "v1"),
            "ServiceMonitor",
            "servicemonitors",
            "Namespaced",
        )],
    )?;
    let mut taken = 0;
    for name in ["chart.yaml", "everything.yaml"] {
        let text = std::fs::read_to_string(folder.join(name))?;
        for document in serde_yaml::Deserializer::from_str(&text) {
            let object = Value::deserialize(document)?;
            if object.is_object() {
                taken += 1;
                one(&mut api, &object)?;
            }
        }
    }
    certificate(&api, &folder)?;
    say::line(&format!(
        "{taken} objects taken with strict validation, their pods by the restricted standard; the certificate is made, kept and renewed"
    ));
    Ok(ExitCode::SUCCESS)
}

/// The object, and the pod that a controller would make of it: there is none here that does.
fn one(api: &mut KubeApi, object: &Value) -> Result<()> {
    let name = format!("{} {}", object["kind"], object["metadata"]["name"]);
    api.apply(object).with_context(|| name.clone())?;
    if let Some(profile) = object["data"]["nginx2traefik.toml"].as_str() {
        let path = place::run().join("nginx2traefik.toml");
        std::fs::write(&path, profile)?;
        let out = Command::new(program()?)
            .args(["policy", "--config"])
            .arg(path)
            .output()?;
        ensure!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    }
    let template = &object["spec"]["template"];
    if template["spec"]["containers"].is_array() {
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "spec": template["spec"],
            "metadata": {"name": "one", "namespace": NAMESPACE, "labels": template["metadata"]["labels"]}});
        api.validate(&pod).with_context(|| format!("the pod of {name}"))?;
    }
    Ok(())
}

fn program() -> Result<PathBuf> {
    let built = place::cache().parent().context("target")?.join("debug/nginx2traefik");
    ensure!(built.is_file(), "first: cargo build -p nginx2traefik-cli");
    Ok(built)
}

/// What the hook does: makes, keeps, and renews beside the authority before.
fn certificate(api: &KubeApi, folder: &Path) -> Result<()> {
    std::fs::write(folder.join("token"), &api.ready.token)?;
    std::fs::write(folder.join("ca.crt"), &api.ready.ca)?;
    let name = "nginx2traefik-nginx2traefik-webhook";
    let path = format!("/api/v1/namespaces/{NAMESPACE}/secrets/{name}-certificate");
    let run = || -> Result<(Value, usize)> {
        let mut command = Command::new(program()?);
        command.args([
            "webhook-certificate",
            "--namespace",
            NAMESPACE,
            "--service",
            name,
            "--webhook",
            name,
        ]);
        command.args([
            "--secret",
            &format!("{name}-certificate"),
            "--api",
            &api.ready.url,
            "--account",
        ]);
        let out = command
            .arg(folder)
            .output()
            .context("cargo build -p nginx2traefik-cli")?;
        ensure!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let bundle = format!("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/{name}");
        let bundle = api.get(&bundle)?["webhooks"][0]["clientConfig"]["caBundle"].clone();
        Ok((api.get(&path)?, bundle.as_str().unwrap_or_default().len()))
    };
    let (made, bundle) = run()?;
    let (kept, same) = run()?;
    ensure!(
        bundle > 0 && made == kept && bundle == same,
        "a good certificate was not kept"
    );
    let mut old = kept;
    old["metadata"]["annotations"]["nginx2traefik.io/certificate-until"] = "2020-01-01".into();
    let put = api.exchange("PUT", &path, &[("Content-Type", "application/json")], &old)?;
    ensure!(put.status == 200, "{}", put.message());
    let (renewed, both) = run()?;
    ensure!(
        renewed["data"] != old["data"] && both > bundle,
        "an old certificate was not renewed"
    );
    Ok(())
}
