//! Paths.
use crate::handler::{self, Reviews};
use crate::metrics::Metrics;
use crate::tls::Tls;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{StatusCode, header};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is reached over TLS.
pub(crate) fn reviews(reviews: Arc<Reviews>) -> Router {
    Router::new()
        .route("/validate", post(handler::validate).fallback(handler::elsewhere))
        .fallback(handler::elsewhere)
        .with_state(reviews)
}

/// What the plain port tells.
pub(crate) struct Health {
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) tls: Arc<Tls>,
    pub(crate) draining: AtomicBool,
}

/// What is reached without TLS. Whether it lives does not depend on TLS; whether it is ready does.
pub(crate) fn health(health: Arc<Health>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(health)
}

async fn ready(State(health): State<Arc<Health>>) -> Response {
    if health.draining.load(Ordering::Relaxed) {
        (StatusCode::SERVICE_UNAVAILABLE, "shutting down").into_response()
    } else if health.tls.ended() {
        (StatusCode::SERVICE_UNAVAILABLE, "the certificate has ended").into_response()
    } else {
        "ok".into_response()
    }
}

async fn metrics(State(health): State<Arc<Health>>) -> Response {
    let form = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, form)], health.metrics.page()).into_response()
}
