//! What people and programs do in a cluster.
use super::Check;
use super::cluster::{Cluster, LABEL, ingress, labelled};
use anyhow::Result;
use serde_json::{Value, json};
use stand::kubeapi::Exchange;

const MERGE: &str = "application/merge-patch+json";
const JSON: &str = "application/json";
const APPLY: &str = "application/apply-patch+yaml";
const SSL: &str = "nginx.ingress.kubernetes.io/ssl-redirect";

fn refused(answer: &Exchange) -> Result<(), String> {
    let message = answer.message();
    let said = message.contains("admission webhook") && message.contains("nginx2traefik");
    if answer.status == 403 && said {
        Ok(())
    } else {
        Err(format!("{} {message}", answer.status))
    }
}

fn taken(answer: &Exchange) -> Result<(), String> {
    if answer.status < 300 {
        Ok(())
    } else {
        Err(format!("{} {}", answer.status, answer.message()))
    }
}

fn with(mut object: Value, annotation: &str) -> Value {
    object["metadata"]["annotations"][annotation] = "true".into();
    object
}

/// All of them. The webhook 0 has the default policy.
pub(super) fn run(cluster: &mut Cluster) -> Result<Vec<Check>> {
    cluster.unregister()?;
    let old = with(labelled(ingress("old", "nginx")), SSL);
    taken(&cluster.create(&old, "")?).map_err(anyhow::Error::msg)?;
    let new = labelled(ingress("new", "traefik"));
    taken(&cluster.create(&new, "")?).map_err(anyhow::Error::msg)?;
    let default = json!({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "spec": {"controller": "k8s.io/ingress-nginx"},
        "metadata": {"name": "nginx", "annotations": {"ingressclass.kubernetes.io/is-default-class": "true"}}});
    // the table may have left it: then it is made the default
    let stored = match cluster.create(&default, "")? {
        answer if answer.status == 409 => cluster.change("PATCH", MERGE, &default, "")?,
        answer => answer,
    };
    taken(&stored).map_err(anyhow::Error::msg)?;
    cluster.webhook("exempt.namespaces = ['open']\nnamespaces.team-warn.mode = 'warn'")?;
    cluster.register()?;
    let mut checks = writes(cluster)?;
    checks.extend(updates(cluster, &old)?);
    checks.extend(namespaces(cluster)?);
    checks.extend(down(cluster)?);
    Ok(checks)
}

fn writes(cluster: &Cluster) -> Result<Vec<Check>> {
    let banned = labelled(ingress("banned", "nginx"));
    let patch = |body: Value| {
        let mut object = body;
        object["metadata"]["name"] = "new".into();
        object
    };
    let annotated = patch(json!({"metadata": {"annotations": {SSL: "true"}}}));
    let operations = json!([{"op": "add", "path": "/spec/ingressClassName", "value": "nginx"}]);
    let path = "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/new";
    let applied = with(labelled(ingress("new", "traefik")), SSL);
    let default = labelled(ingress("classless", ""));
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [banned]});
    Ok(vec![
        check("create", refused(&cluster.create(&banned, "")?)),
        check("create, dry run", refused(&cluster.create(&banned, "?dryRun=All")?)),
        check(
            "a new object by apply",
            refused(&cluster.change("PATCH", APPLY, &banned, "?fieldManager=a")?),
        ),
        check(
            "a merge patch",
            refused(&cluster.change("PATCH", MERGE, &annotated, "")?),
        ),
        check(
            "a strategic merge patch",
            refused(&cluster.change("PATCH", "application/strategic-merge-patch+json", &annotated, "")?),
        ),
        check(
            "a JSON patch",
            refused(&cluster.send(
                "PATCH",
                path,
                &[("Content-Type", "application/json-patch+json")],
                &operations,
            )?),
        ),
        check(
            "apply by another manager",
            refused(&cluster.change("PATCH", APPLY, &applied, "?fieldManager=b&force=true")?),
        ),
        check(
            "apply by another manager, dry run",
            refused(&cluster.change("PATCH", APPLY, &applied, "?fieldManager=b&force=true&dryRun=All")?),
        ),
        check(
            "no class, and the default class is nginx",
            refused(&cluster.create(&default, "")?),
        ),
        check(
            "a List is no object",
            match cluster.create(&list, "")?.status {
                400..=499 => Ok(()),
                status => Err(status.to_string()),
            },
        ),
        check(
            "what is wanted",
            taken(&cluster.create(&labelled(ingress("wanted", "traefik")), "")?),
        ),
        check("and nothing of it was stored", stored(cluster)?),
    ])
}

fn stored(cluster: &Cluster) -> Result<Result<(), String>> {
    let new = cluster
        .api
        .get("/apis/networking.k8s.io/v1/namespaces/shop/ingresses/new")?;
    let clean = new["metadata"]["annotations"].get(SSL).is_none() && new["spec"]["ingressClassName"] == "traefik";
    let banned = cluster
        .api
        .get("/apis/networking.k8s.io/v1/namespaces/shop/ingresses/banned")
        .is_ok();
    Ok(if clean && !banned { Ok(()) } else { Err(new.to_string()) })
}

fn updates(cluster: &Cluster, old: &Value) -> Result<Vec<Check>> {
    let named = |body: Value| {
        let mut object = body;
        object["metadata"]["name"] = "old".into();
        object
    };
    let status = named(json!({"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}}));
    let finalizer = named(json!({"metadata": {"finalizers": ["example.com/lock"]}}));
    let none = named(json!({"metadata": {"finalizers": []}}));
    let mut changed = old.clone();
    changed["metadata"]["annotations"][SSL] = "false".into();
    let mut fewer = old.clone();
    fewer["metadata"]["annotations"] = json!({});
    let kept = cluster.change("PUT", JSON, old, "")?;
    let told = if kept.warnings.len() == 2 {
        Ok(())
    } else {
        Err(format!("{:?}", kept.warnings))
    };
    let status = cluster.change("PATCH", MERGE, &status, "/status")?;
    let quiet = if status.warnings.is_empty() {
        Ok(())
    } else {
        Err(format!("{:?}", status.warnings))
    };
    let mut checks = vec![
        check("an old object written again passes", taken(&kept)),
        check("and its old settings are warned of", told),
        check("its status passes", taken(&status)),
        check("without a word", quiet),
        check(
            "a finalizer passes",
            taken(&cluster.change("PATCH", MERGE, &finalizer, "")?),
        ),
        check(
            "an old setting with a new value is refused",
            refused(&cluster.change("PUT", JSON, &changed, "")?),
        ),
        check(
            "to remove a setting passes",
            taken(&cluster.change("PUT", JSON, &with_finalizer(fewer), "")?),
        ),
        check(
            "to delete passes",
            taken(&cluster.change(
                "DELETE",
                JSON,
                &named(json!({"apiVersion": "v1", "kind": "DeleteOptions"})),
                "",
            )?),
        ),
    ];
    checks.push(check(
        "to take the finalizer away passes",
        taken(&cluster.change("PATCH", MERGE, &none, "")?),
    ));
    let gone = cluster
        .api
        .get("/apis/networking.k8s.io/v1/namespaces/shop/ingresses/old")
        .is_err();
    checks.push(check(
        "and the object is gone",
        if gone { Ok(()) } else { Err("it is there".to_owned()) },
    ));
    Ok(checks)
}

fn with_finalizer(mut object: Value) -> Value {
    object["metadata"]["finalizers"] = json!(["example.com/lock"]);
    object
}

fn namespaces(cluster: &Cluster) -> Result<Vec<Check>> {
    let number = (cluster.webhooks.len() - 1).to_string();
    let of = |namespace: &str| {
        let mut object = ingress("elsewhere", "nginx");
        object["metadata"]["namespace"] = namespace.into();
        object["metadata"]["labels"][LABEL] = number.clone().into();
        object
    };
    let warned = cluster.create(&of("team-warn"), "")?;
    let told = warned
        .warnings
        .iter()
        .any(|text| text.contains("spec.ingressClassName: nginx"));
    Ok(vec![
        check(
            "a namespace without words of its own",
            refused(&cluster.create(&of("shop"), "")?),
        ),
        check("a namespace that is exempt", taken(&cluster.create(&of("open"), "")?)),
        check("a namespace that is warned", taken(&warned)),
        check(
            "with a warning",
            if told {
                Ok(())
            } else {
                Err(format!("{:?}", warned.warnings))
            },
        ),
    ])
}

/// The webhook goes away; failurePolicy decides.
fn down(cluster: &mut Cluster) -> Result<Vec<Check>> {
    let wanted = labelled(ingress("while-down", "traefik"));
    let banned = labelled(ingress("while-down", "nginx"));
    cluster.webhooks[0].down()?;
    let fail = cluster.create(&wanted, "?dryRun=All")?;
    let closed = fail.status == 500 && fail.message().contains("failed calling webhook");
    let mut checks = vec![check(
        "the webhook is down, Fail: nothing passes",
        if closed {
            Ok(())
        } else {
            Err(format!("{} {}", fail.status, fail.message()))
        },
    )];
    cluster.failure_policy = "Ignore";
    cluster.register()?;
    cluster.until(|cluster| Ok(cluster.create(&banned, "?dryRun=All")?.status == 201))?;
    checks.push(check("the webhook is down, Ignore: everything passes", Ok(())));
    cluster.webhooks[0].up()?;
    checks.push(check(
        "it is up again: the ban holds",
        refused(&cluster.create(&banned, "?dryRun=All")?),
    ));
    cluster.failure_policy = "Fail";
    cluster.register()?;
    Ok(checks)
}

fn check(name: &str, result: Result<(), String>) -> Check {
    (name.to_owned(), result)
}
