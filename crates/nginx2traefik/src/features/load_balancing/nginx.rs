//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting, Unset};

/// How endpoints are chosen. Belongs to namespace, Service and port: the first Ingress that creates the upstream decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadBalancing {
    /// load-balance: round_robin (default), ewma
    pub algorithm: Option<Setting<String>>,
    /// upstream-hash-by
    pub hash_by: Option<Setting<String>>,
    /// upstream-hash-by-subset
    pub hash_by_subset: Option<Setting<bool>>,
    /// upstream-hash-by-subset-size; 3 by default
    pub hash_by_subset_size: Option<Setting<i64>>,
    /// service-upstream
    pub service_upstream: Option<Setting<bool>>,
}

/// Reads it from the annotations of one Ingress. (`annotations/loadbalancing`, `upstreamhashby`: an invalid value leaves the Ingress
/// unserved; `serviceupstream`: an invalid value is false, not the ConfigMap's.)
pub fn read(reader: &Reader<'_>) -> LoadBalancing {
    let subset = reader.or_refuse(reader.bool("upstream-hash-by-subset"));
    let size = reader.or_refuse(reader.int("upstream-hash-by-subset-size"));
    let configured = reader.config("load-balance").filter(|s| !s.value.is_empty());
    LoadBalancing {
        algorithm: reader.or_refuse(reader.string("load-balance")).or(configured),
        hash_by: reader.or_refuse(reader.string("upstream-hash-by")),
        hash_by_subset: subset,
        hash_by_subset_size: size,
        service_upstream: service_upstream(reader),
    }
}

fn service_upstream(reader: &Reader<'_>) -> Option<Setting<bool>> {
    let value = reader.bool("service-upstream");
    if value.as_ref().is_err_and(Unset::is_missing) {
        return Some(reader.config_bool("service-upstream", false)).filter(Setting::is_written);
    }
    reader.optional(value)
}
