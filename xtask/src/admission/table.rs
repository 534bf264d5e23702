//! `fixtures/admission/ways-round.yaml` on the real API server: what the webhook is told to refuse is refused, by whatever stands first.
use super::Check;
use super::cluster::{Cluster, LABEL, collection, ingress};
use crate::place;
use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;
use stand::kubeapi::Exchange;

#[derive(Deserialize)]
pub(super) struct Way {
    pub(super) way: String,
    #[serde(flatten)]
    new: Written,
    old: Option<Written>,
    #[serde(default)]
    policy: String,
    #[serde(default)]
    pub(super) request: Value,
    denied: Option<String>,
    server: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Written {
    #[serde(default)]
    class: String,
    #[serde(default)]
    annotations: Value,
    #[serde(default)]
    also: Value,
    object: Option<Value>,
}

/// A way with its webhook and its objects.
pub(super) struct Row {
    pub(super) way: Way,
    pub(super) old: Option<Value>,
    pub(super) new: Value,
}

/// Old objects first, while nobody looks; then everything else.
pub(super) fn run(cluster: &mut Cluster) -> Result<Vec<Check>> {
    let text = std::fs::read_to_string(place::root().join("fixtures/admission/ways-round.yaml"))?;
    let (policies, rows) = rows(&[text], &["networking.k8s.io", "extensions"])?;
    for policy in &policies {
        cluster.webhook(policy)?;
    }
    for old in rows.iter().filter_map(|row| row.old.as_ref()) {
        store(cluster, old)?;
    }
    cluster.register()?;
    rows.iter()
        .map(|row| Ok((row.way.way.clone(), check(cluster, row)?)))
        .collect()
}

/// The policies of tables, the default one first, and their rows of these API groups; each object tells its policy by its label.
pub(super) fn rows(tables: &[String], groups: &[&str]) -> Result<(Vec<String>, Vec<Row>)> {
    let mut ways: Vec<Way> = Vec::new();
    for text in tables {
        ways.extend(serde_yaml::from_value::<Vec<Way>>(serde_yaml::from_str(text)?)?);
    }
    let mut policies = vec![String::new()];
    let mut rows = Vec::new();
    for (index, way) in ways.into_iter().enumerate() {
        let number = policies
            .iter()
            .position(|policy| *policy == way.policy)
            .unwrap_or_else(|| {
                policies.push(way.policy.clone());
                policies.len() - 1
            });
        rows.extend(row(way, index, number, groups));
    }
    Ok((policies, rows))
}

/// None: a request that an API server cannot be brought to make.
fn row(way: Way, index: usize, number: usize, groups: &[&str]) -> Option<Row> {
    let unreal = way.request["operation"].is_string() || way.request["namespace"].is_string();
    let mut new = way.new.object();
    let group = new["apiVersion"].as_str().unwrap_or_default().to_owned();
    if unreal || !(groups.iter().any(|known| group.starts_with(known)) || new["kind"] == "List") {
        return None;
    }
    let mut old = way.old.as_ref().map(Written::object);
    for object in std::iter::once(&mut new).chain(&mut old) {
        let metadata = object["metadata"].as_object_mut();
        if let Some(metadata) = metadata {
            if metadata.get("name").is_some_and(|name| !name.is_null()) {
                metadata.insert("name".into(), format!("w{index}").into());
            }
            metadata.remove("managedFields");
        }
        object["metadata"]["labels"][LABEL] = number.to_string().into();
    }
    Some(Row { way, old, new })
}

impl Written {
    fn object(&self) -> Value {
        if let Some(object) = &self.object {
            return object.clone();
        }
        let mut object = ingress("w", &self.class);
        if !self.annotations.is_null() {
            object["metadata"]["annotations"] = self.annotations.clone();
        }
        if !self.also.is_null() {
            merge(&mut object, &self.also);
        }
        object
    }
}

fn merge(into: &mut Value, from: &Value) {
    match from {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| merge(&mut into[key], value)),
        _ => *into = from.clone(),
    }
}

/// An object that was there before the ban; one that is being deleted is, and does not go.
pub(super) fn store(cluster: &Cluster, object: &Value) -> Result<()> {
    let answer = cluster.create(object, "")?;
    anyhow::ensure!(answer.status == 201, "{}", answer.message());
    if !object["metadata"]["deletionTimestamp"].is_null() {
        cluster.change("DELETE", "application/json", &bare(object), "")?;
    }
    Ok(())
}

/// A body that names the object and says nothing else.
fn bare(object: &Value) -> Value {
    let mut bare = object.clone();
    if let Some(fields) = bare.as_object_mut() {
        fields.remove("spec");
    }
    bare
}

fn check(cluster: &Cluster, row: &Row) -> Result<Result<(), String>> {
    let answer = ask(cluster, row)?;
    let by_webhook = answer.message().contains("admission webhook");
    let refused = answer.status >= 400;
    let right = match (&row.way.denied, &row.way.server) {
        (_, Some(_)) => refused,
        (Some(rule), None) => refused && by_webhook && names(answer.message(), rule),
        (None, None) => !refused,
    };
    Ok(if right {
        Ok(())
    } else {
        Err(format!("{} {}", answer.status, answer.message()))
    })
}

/// The message speaks of what the rule is about.
fn names(message: &str, rule: &str) -> bool {
    let words = match rule {
        "class" => "lass",
        "ingress-class" => "spec.controller",
        "default-class" => "is-default-class",
        "names-class" => "http01-ingress-class",
        "unknown-annotation" | "legacy" => "does nothing",
        annotation => annotation,
    };
    message.contains(words)
}

pub(super) fn ask(cluster: &Cluster, row: &Row) -> Result<Exchange> {
    let user = &row.way.request["userInfo"];
    let mut headers = vec![("Content-Type", "application/json")];
    headers.extend(user["username"].as_str().map(|name| ("Impersonate-User", name)));
    headers.extend(
        user["groups"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|g| Some(("Impersonate-Group", g.as_str()?))),
    );
    if headers.iter().any(|(name, _)| *name == "Impersonate-Group") {
        headers.push(("Impersonate-Group", "system:authenticated"));
    }
    let query = if row.way.request["dryRun"] == true {
        "?dryRun=All"
    } else {
        ""
    };
    // where it is sent to, whatever the object says of itself
    let path = collection(&row.new)?.replace("/kube-system/", "/shop/");
    if row.old.is_none() {
        return cluster.send("POST", &format!("{path}{query}"), &headers, &row.new);
    }
    let name = row.new["metadata"]["name"].as_str().context("a name")?;
    let below = row.way.request["subResource"]
        .as_str()
        .map(|sub| format!("/{sub}"))
        .unwrap_or_default();
    let mut object = row.new.clone();
    if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.remove("deletionTimestamp");
    }
    cluster.send("PUT", &format!("{path}/{name}{below}{query}"), &headers, &object)
}
