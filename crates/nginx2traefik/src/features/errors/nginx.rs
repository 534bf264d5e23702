//! What ingress-nginx makes of it.
use crate::effective::host::{ServiceRef, ServiceState};
use crate::effective::{Controller, Effect, Reader, Setting};
use crate::model::PortRef;

/// Error pages, and who serves when a Service has no endpoints.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors {
    /// custom-http-errors (annotation, else ConfigMap), sorted.
    pub codes: Option<Setting<Vec<u16>>>,
    /// The codes are the annotation's: their pages come from `default_backend`, if it has endpoints. The ConfigMap's always come from
    /// the controller's default backend.
    pub own_codes: bool,
    /// A backend's own answers with these codes are replaced, too, not only nginx's.
    pub intercept: bool,
    /// default-backend
    pub default_backend: Option<Setting<ServiceRef>>,
    /// disable-proxy-intercept-errors
    pub disable_intercept: Option<Setting<bool>>,
}

/// Reads it from the annotations of one Ingress. (`annotations/customhttperrors`, `defaultbackend`: an invalid value leaves the Ingress
/// unserved; a Service that does not exist is as if it were not written. `disableproxyintercepterrors`: an invalid value is false.)
pub fn read(reader: &Reader<'_>) -> Errors {
    let disable = reader.optional(reader.bool("disable-proxy-intercept-errors"));
    let globally_off = reader.config_bool("disable-proxy-intercept-errors", false);
    let own = read_codes(reader);
    let global = global_codes(reader.controller);
    let annotated_off = disable.as_ref().is_some_and(|d| d.value);
    let own_codes = own.is_some();
    Errors {
        // the location writes `on` or nothing, and then has the http block's (nginx.tmpl:493 and 1399)
        intercept: (own_codes && !annotated_off) || (global.is_some() && !globally_off.value),
        own_codes,
        codes: own.or(global),
        default_backend: read_default_backend(reader),
        disable_intercept: disable.or(Some(globally_off).filter(Setting::is_written)),
    }
}

fn read_codes(reader: &Reader<'_>) -> Option<Setting<Vec<u16>>> {
    let written = reader.or_refuse(reader.string("custom-http-errors"))?;
    let words: Vec<&str> = written
        .value
        .split(',')
        .map(str::trim)
        .filter(|w| !w.is_empty())
        .collect();
    let Ok(mut codes) = words.iter().map(|w| w.parse::<u16>()).collect::<Result<Vec<u16>, _>>() else {
        reader.problem("custom-http-errors", Effect::Ignored, "not a list of status codes");
        return None;
    };
    // the check lets `,04` pass; error_page takes 300 to 599 without 499 (recordings atlas/err-bracket, atlas/err-499)
    if codes.iter().any(|c| !(300..600).contains(c) || *c == 499) {
        let reason = "nginx takes codes from 300 to 599, and not 499";
        reader.problem("custom-http-errors", Effect::Breaks, reason);
    }
    codes.sort_unstable();
    codes.dedup();
    (!codes.is_empty()).then(|| written.map(|_| codes))
}

/// The ConfigMap's: what is no code is left out (internal/ingress/controller/template/configmap.go, filterErrors).
pub fn global_codes(controller: &Controller) -> Option<Setting<Vec<u16>>> {
    let written = controller.get("custom-http-errors")?;
    let words = written.value.split(',').filter_map(|w| w.trim().parse::<u16>().ok());
    let mut codes: Vec<u16> = words.filter(|c| (300..600).contains(c)).collect();
    codes.sort_unstable();
    codes.dedup();
    (!codes.is_empty()).then(|| written.map(|_| codes))
}

fn read_default_backend(reader: &Reader<'_>) -> Option<Setting<ServiceRef>> {
    let written = reader.or_refuse(reader.string("default-backend"))?;
    let namespace = reader.ingress.namespace.clone();
    let service = reader.manifests.service(&namespace, &written.value);
    if service.is_none() && reader.controller.complete {
        let reason = "there is no Service of this name";
        reader.problem("default-backend", Effect::Ignored, reason);
        return None;
    }
    // the first port of the Service; 80 where the Service is not among the inputs
    let port = service.and_then(|s| s.ports.first()).map_or(80, |p| p.port);
    let span = written.origin.span()?;
    let siblings = reader.manifests.services.iter().any(|s| s.namespace == namespace);
    let state = match service {
        None if siblings => ServiceState::NotAmongInputs,
        _ => ServiceState::Assumed,
    };
    Some(written.map(|name| ServiceRef {
        namespace,
        name,
        port: PortRef::Number(port),
        span,
        state,
    }))
}
