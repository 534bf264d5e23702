//! What is counted, in the text form of OpenMetrics.
use nginx2traefik::admission::{Done, Verdict};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Above so many namespaces the others share one name: whoever can send reviews could fill the memory with names.
const NAMESPACES: usize = 1000;
/// Rules times namespaces: above so many, too.
const SERIES: usize = 10_000;
const OTHER: &str = "(other)";
const BUCKETS: [f64; 12] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reviewed {
    verdict: &'static str,
    namespace: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FoundIn {
    rule: &'static str,
    done: &'static str,
    namespace: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Result {
    result: &'static str,
}

/// Everything that is counted.
pub(crate) struct Metrics {
    registry: Registry,
    reviews: Family<Reviewed, Counter>,
    found: Family<FoundIn, Counter>,
    errors: Family<Reason, Counter>,
    reloads: Family<Result, Counter>,
    duration: Histogram,
    ends: Gauge,
    connections: Gauge,
    held: Gauge,
    namespaces: Mutex<BTreeSet<String>>,
    series: AtomicUsize,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let metrics = Metrics {
            registry: Registry::with_prefix("nginx2traefik_webhook"),
            reviews: Family::default(),
            found: Family::default(),
            errors: Family::default(),
            reloads: Family::default(),
            duration: Histogram::new(BUCKETS),
            ends: Gauge::default(),
            connections: Gauge::default(),
            held: Gauge::default(),
            namespaces: Mutex::default(),
            series: AtomicUsize::default(),
        };
        metrics.registered()
    }

    fn registered(mut self) -> Self {
        let to = &mut self.registry;
        to.register("reviews", "Reviews answered", self.reviews.clone());
        to.register(
            "found",
            "Settings for ingress-nginx, by what was done about them",
            self.found.clone(),
        );
        to.register(
            "errors",
            "Requests and connections that were no review",
            self.errors.clone(),
        );
        to.register("certificate_reloads", "New certificates", self.reloads.clone());
        to.register_with_unit(
            "review_duration",
            "From the request's head to its answer",
            Unit::Seconds,
            self.duration.clone(),
        );
        to.register(
            "certificate_expiry_timestamp_seconds",
            "When the certificate ends",
            self.ends.clone(),
        );
        to.register("connections", "Open connections", self.connections.clone());
        to.register_with_unit("held", "Bytes that large bodies hold", Unit::Bytes, self.held.clone());
        self
    }

    pub(crate) fn review(&self, namespace: &str, verdict: &Verdict<'_>) {
        let namespace = self.namespace(namespace);
        // an object that has a rule's key twice, by two names, counts once
        let found: BTreeSet<(&'static str, Done)> = verdict.judged.iter().map(|j| (j.found.rule, j.done)).collect();
        for (rule, done) in found {
            self.found(rule, done.word(), &namespace);
        }
        let verdict = verdict.outcome.word();
        self.reviews.get_or_create(&Reviewed { verdict, namespace }).inc();
    }

    fn found(&self, rule: &'static str, done: &'static str, namespace: &str) {
        let mut labels = FoundIn {
            rule,
            done,
            namespace: namespace.to_owned(),
        };
        if let Some(counter) = self.found.get(&labels) {
            counter.inc();
            return;
        }
        if self.series.fetch_add(1, Ordering::Relaxed) >= SERIES {
            OTHER.clone_into(&mut labels.namespace);
        }
        self.found.get_or_create(&labels).inc();
    }

    fn namespace(&self, name: &str) -> String {
        let mut known = self.namespaces.lock().unwrap_or_else(PoisonError::into_inner);
        if known.contains(name) {
            return name.to_owned();
        }
        // a name of Kubernetes is a label of DNS
        let is_name = name.len() <= 63 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !is_name || known.len() >= NAMESPACES {
            return OTHER.to_owned();
        }
        known.insert(name.to_owned());
        name.to_owned()
    }

    pub(crate) fn took(&self, time: Duration) {
        self.duration.observe(time.as_secs_f64());
    }

    pub(crate) fn error(&self, reason: &'static str) {
        self.errors.get_or_create(&Reason { reason }).inc();
    }

    pub(crate) fn reloaded(&self, result: &'static str, ends: i64) {
        self.reloads.get_or_create(&Result { result }).inc();
        self.ends.set(ends);
    }

    pub(crate) fn ends(&self, ends: i64) {
        self.ends.set(ends);
    }

    pub(crate) fn connections(&self, change: i64) {
        self.connections.inc_by(change);
    }

    /// For the room of the bodies.
    pub(crate) fn held(&self) -> Gauge {
        self.held.clone()
    }

    /// The page.
    pub(crate) fn page(&self) -> String {
        let mut page = String::new();
        // only a writer that fails can make it fail
        let _ = text::encode(&mut page, &self.registry);
        page
    }
}
