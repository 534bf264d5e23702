//! The exported policies and the webhook, asked about the same objects by the same API server: their verdicts are the same.
use super::Check;
use super::cluster::{Cluster, LABEL, ingress};
use super::table::{self, Row};
use crate::place;
use anyhow::{Context, Result};
use nginx2traefik::admission::Date;
use serde::Deserialize as _;
use serde_json::{Value, json};
use stand::crds;
use stand::kubeapi::Exchange;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

const API: &str = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
/// Of an Ingress with as many annotations as can be stored. Measured: 3 s; without a limit on loops it was 30 s.
const PATIENCE: Duration = Duration::from_secs(15);

/// What became of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    Denied,
    Warned,
    Passed,
}

/// Runs in a cluster of its own.
pub(super) fn run(binary: &Path, folder: &Path) -> Result<Vec<Check>> {
    std::fs::create_dir_all(folder)?;
    let mut cluster = Cluster::start(binary, folder)?;
    crds::register_cert_manager(&mut cluster.api)?;
    let (policies, mut rows) = table::rows(&tables()?, &["networking.k8s.io", "cert-manager.io"])?;
    for row in &mut rows {
        row.way.request["dryRun"] = true.into();
    }
    for policy in &policies {
        cluster.webhook(policy)?;
    }
    for old in rows.iter().filter_map(|row| row.old.as_ref()) {
        table::store(&cluster, old)?;
    }
    cluster.register()?;
    let by_webhook = ask(&cluster, &rows)?;
    cluster.unregister()?;
    for number in (0..policies.len()).rev() {
        apply(&mut cluster, binary, folder, number)?;
    }
    in_force(&mut cluster)?;
    let by_policy = ask(&cluster, &rows)?;
    let mut checks = compare(&rows, &by_webhook, &by_policy);
    checks.push((
        "the expressions fit the schemas of what they judge".to_owned(),
        typed(&mut cluster)?,
    ));
    checks.push(("as many annotations as can be stored".to_owned(), large(&cluster)?));
    Ok(checks)
}

fn tables() -> Result<Vec<String>> {
    let folder = place::root().join("fixtures/admission");
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let today = i64::try_from(now.as_secs() / 86_400)?;
    let read = |name: &str| -> Result<String> {
        let text = std::fs::read_to_string(folder.join(name))?;
        Ok([-1, 0, 30, 91].iter().fold(text, |text, days| {
            let date = Date::from_unix_days(today + days).to_string();
            text.replace(&format!("@{days:+}@"), &date)
        }))
    };
    ["ways-round.yaml", "objects.yaml"].into_iter().map(read).collect()
}

fn ask(cluster: &Cluster, rows: &[Row]) -> Result<Vec<Exchange>> {
    rows.iter().map(|row| table::ask(cluster, row)).collect()
}

/// What the program prints for a webhook's profile, for the objects that this webhook reviewed.
fn apply(cluster: &mut Cluster, binary: &Path, folder: &Path, number: usize) -> Result<()> {
    let profile = folder.join(format!("webhook-{number}/nginx2traefik.toml"));
    let out = Command::new(binary)
        .args(["policy", "--name", &format!("ban-{number}"), "--config"])
        .arg(profile)
        .output()?;
    anyhow::ensure!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout)?;
    for document in serde_yaml::Deserializer::from_str(&text) {
        let mut object = Value::deserialize(document)?;
        if object["kind"] == "ValidatingAdmissionPolicyBinding" {
            let selector = json!({"matchLabels": {LABEL: number.to_string()}});
            object["spec"]["matchResources"]["objectSelector"] = selector;
        }
        let name = object["metadata"]["name"].to_string();
        cluster.api.apply(&object).with_context(|| name)?;
    }
    Ok(())
}

/// The default policy was applied last; the plugin reads all of them anew once a second.
fn in_force(cluster: &mut Cluster) -> Result<()> {
    cluster.until(|cluster| {
        let mut probe = ingress("probe", "nginx");
        probe["metadata"]["labels"][LABEL] = "0".into();
        Ok(cluster.create(&probe, "?dryRun=All")?.message().contains("ban-0"))
    })?;
    std::thread::sleep(Duration::from_secs(2));
    Ok(())
}

fn compare(rows: &[Row], by_webhook: &[Exchange], by_policy: &[Exchange]) -> Vec<Check> {
    let answers = by_webhook.iter().zip(by_policy);
    let of_row = |(row, (webhook, policy)): (&Row, (&Exchange, &Exchange))| {
        let (a, b) = (verdict(webhook), verdict(policy));
        let same = a == b;
        let said = format!(
            "webhook {a:?} {} {:?}, policy {b:?} {} {:?}",
            webhook.message(),
            webhook.warnings,
            policy.message(),
            policy.warnings
        );
        let name = format!("policy as webhook: {} ({a:?})", row.way.way);
        (name, if same { Ok(()) } else { Err(said) })
    };
    rows.iter().zip(answers).map(of_row).collect()
}

/// An exemption that is used is told by the webhook only; the API server itself warns of the older annotation.
fn verdict(answer: &Exchange) -> Verdict {
    let ours = |text: &&String| !text.contains("is deprecated") && !text.contains("exempt from the ban");
    if answer.status >= 300 {
        Verdict::Denied
    } else if answer.warnings.iter().any(|text| ours(&text)) {
        Verdict::Warned
    } else {
        Verdict::Passed
    }
}

/// What the type checker of the control plane says, once it has looked at all of them.
fn typed(cluster: &mut Cluster) -> Result<Result<(), String>> {
    let statuses = |cluster: &Cluster| -> Result<Vec<Value>> {
        let list = cluster.api.get(API)?;
        let policies = list["items"].as_array().into_iter().flatten();
        Ok(policies
            .map(|policy| policy["status"]["typeChecking"].clone())
            .collect())
    };
    cluster.until(|cluster| Ok(statuses(cluster)?.iter().all(Value::is_object)))?;
    let mut warned = statuses(cluster)?.into_iter();
    let warned = warned.find(|status| status["expressionWarnings"].is_array());
    Ok(warned.map_or(Ok(()), |status| Err(status.to_string())))
}

/// Names of ingress-nginx among many others, and nothing but many others: refused both, and soon.
fn large(cluster: &Cluster) -> Result<Result<(), String>> {
    for (count, prefix) in [(7_900, "nginx.ingress.kubernetes.io/"), (33_000, "x/"), (1_000, "x/")] {
        let mut object = ingress("large", "traefik");
        object["metadata"]["labels"][LABEL] = "0".into();
        for n in 0..count {
            object["metadata"]["annotations"][format!("{prefix}{n:04x}")] = "".into();
        }
        let began = Instant::now();
        let answer = cluster.create(&object, "?dryRun=All")?;
        let right = (answer.status == 201) == (count <= 1_000);
        if !right || began.elapsed() > PATIENCE {
            return Ok(Err(format!(
                "{count}: {} after {:?}",
                answer.message(),
                began.elapsed()
            )));
        }
    }
    Ok(Ok(()))
}
