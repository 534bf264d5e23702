//! Annotations that this version does not convert: with an effect, they block their object.
use super::{Effect, Origin, Reader, Unset, settings::Unconverted};

/// Those that the Ingress has, in the order of their names. Their values are checked as ingress-nginx does it.
pub(super) fn read(reader: &Reader<'_>) -> Vec<Unconverted> {
    let mut active: Vec<(&'static str, bool)> = Vec::new();
    read_snippets(reader, &mut active);
    read_logs(reader, &mut active);
    read_telemetry(reader, &mut active);
    read_fastcgi(reader, &mut active);
    read_bandwidth(reader, &mut active);
    // refused if it is no boolean; nginx 1.25 lost the directive's meaning (recording atlas/push-true)
    let _ = reader.or_refuse(reader.bool("http2-push-preload"));
    active.push(("http2-push-preload", false));
    active.sort_unstable();
    let found = active
        .into_iter()
        .filter_map(|(key, active)| entry(reader, key, active));
    found.collect()
}

fn entry(reader: &Reader<'_>, key: &'static str, active: bool) -> Option<Unconverted> {
    let annotation = reader.annotation(key)?;
    let Origin::Annotation { span, name, .. } = reader.origin(key, annotation) else {
        return None;
    };
    Some(Unconverted {
        key: key.into(),
        value: annotation.value.value.clone(),
        span,
        name,
        active,
    })
}

type Active = Vec<(&'static str, bool)>;

/// The text, if it is there and not blank.
fn has_text(reader: &Reader<'_>, key: &'static str) -> bool {
    reader.string(key).is_ok_and(|v| !v.value.trim().is_empty())
}

/// Where snippets are not allowed the controller drops them (`controller.go`, dropSnippetDirectives).
fn read_snippets(reader: &Reader<'_>, active: &mut Active) {
    let allowed = reader.controller.allows_snippets();
    for key in ["configuration-snippet", "server-snippet", "stream-snippet"] {
        active.push((key, allowed && has_text(reader, key)));
    }
    // told with auth-url, and with enable-modsecurity
    active.push(("auth-snippet", false));
    active.push(("modsecurity-snippet", false));
}

/// The access log is on by default, the rewrite log off.
fn read_logs(reader: &Reader<'_>, active: &mut Active) {
    let access = reader.optional(reader.bool("enable-access-log"));
    let rewrite = reader.optional(reader.bool("enable-rewrite-log"));
    active.push(("enable-access-log", access.is_some_and(|s| !s.value)));
    active.push(("enable-rewrite-log", rewrite.is_some_and(|s| s.value)));
}

/// template.go:1530-1560 (buildOpentelemetryForLocation); the two others are read only beside enable-opentelemetry: true.
fn read_telemetry(reader: &Reader<'_>, active: &mut Active) {
    let globally = reader.config_bool("enable-opentelemetry", false).value;
    let own = reader.optional(reader.bool("enable-opentelemetry")).map(|s| s.value);
    active.push(("enable-opentelemetry", own.is_some_and(|own| own != globally)));
    let beside = ["opentelemetry-trust-incoming-span", "opentelemetry-operation-name"];
    if own != Some(true) {
        reader.inert(&beside, "enable-opentelemetry is not true");
        active.extend(beside.map(|key| (key, false)));
        return;
    }
    let trust = reader.optional(reader.bool(beside[0]));
    let name = reader.or_refuse(reader.string(beside[1]));
    active.push((beside[0], trust.is_some()));
    active.push((beside[1], name.is_some()));
}

/// Read whatever the backend's protocol is, but used only with FCGI.
fn read_fastcgi(reader: &Reader<'_>, active: &mut Active) {
    let protocol = reader.string("backend-protocol");
    let used = protocol.is_ok_and(|p| p.value.eq_ignore_ascii_case("fcgi"));
    let index = reader.or_refuse(reader.string("fastcgi-index"));
    active.push(("fastcgi-index", used && index.is_some()));
    let params = reader.or_refuse(reader.string("fastcgi-params-configmap"));
    active.push(("fastcgi-params-configmap", used && params.is_some()));
    let Some(params) = params else {
        return;
    };
    match find_params(reader, &params.value) {
        Ok(()) => {}
        Err((Effect::Closed, reason)) => reader.deny(&params, reason),
        Err((effect, reason)) => reader.problem("fastcgi-params-configmap", effect, reason),
    }
}

/// internal/ingress/annotations/fastcgi/main.go: the name is looked up in the Ingress's own namespace; another namespace throws the group
/// away, a bad entry leaves the Ingress unserved.
fn find_params(reader: &Reader<'_>, written: &str) -> Result<(), (Effect, String)> {
    let Some((namespace, name)) = reader.object_name(written) else {
        return Err((Effect::Closed, format!("`{written}` is not name or namespace/name")));
    };
    if !reader.may_name(&namespace) {
        return Err((Effect::Ignored, "its ConfigMap is in another namespace".into()));
    }
    let Some(map) = reader.manifests.config_map(&reader.ingress.namespace, &name) else {
        let missing = reader.controller.complete;
        return if missing {
            Err((Effect::Closed, format!("there is no ConfigMap {name}")))
        } else {
            Ok(())
        };
    };
    let is_key = |k: &str| !k.is_empty() && k.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b));
    let is_value = |v: &str| v.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_${}/.".contains(&b));
    match map
        .data
        .iter()
        .find(|e| !is_key(&e.name.value) || !is_value(&e.value.value))
    {
        Some(bad) => Err((
            Effect::Refused,
            format!("`{}` has a character that is refused", bad.name.value),
        )),
        None => Ok(()),
    }
}

/// A response is throttled only while nginx buffers it (recording atlas/lim-rate, and rate-limit.yaml: with proxy-buffering off nothing
/// is). The invalid value is told with the limits.
fn read_bandwidth(reader: &Reader<'_>, active: &mut Active) {
    let configured = reader.controller.text("proxy-buffering", "off");
    let buffered = match reader.string("proxy-buffering") {
        Ok(own) => own.value == "on",
        Err(_) => configured.value == "on",
    };
    let number = |key: &'static str| match reader.int(key) {
        Ok(own) => own.value,
        Err(Unset::Missing | Unset::Content(_) | Unset::Refused(_)) => reader.config_int(key, 0).value,
    };
    let rate = buffered && number("limit-rate") > 0;
    active.push(("limit-rate", rate && reader.int("limit-rate").is_ok()));
    let after = rate && reader.int("limit-rate-after").is_ok_and(|n| n.value > 0);
    active.push(("limit-rate-after", after));
}
