//! HTTP in front of the service: how much is read, how long, how many at once.
use crate::config::Limits;
use crate::metrics::Metrics;
use crate::room::{Held, Room};
use crate::service::Service;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use http_body_util::BodyExt;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;

/// A larger body is judged apart from the threads that speak to clients, and alone: while it is judged it takes several times its size.
const LARGE: usize = 256 * 1024;

/// What all requests share.
pub(crate) struct Reviews {
    pub(crate) service: Service,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) limits: Limits,
    pub(crate) places: Semaphore,
    pub(crate) room: Room,
    /// One place, for large bodies.
    pub(crate) large: Arc<Semaphore>,
}

/// `POST /validate`
pub(crate) async fn validate(State(reviews): State<Arc<Reviews>>, request: Request) -> Response {
    let began = Instant::now();
    let Ok(_place) = reviews.places.try_acquire() else {
        return refuse(
            &reviews,
            StatusCode::TOO_MANY_REQUESTS,
            "overload",
            "too many reviews at once",
        );
    };
    let review = reviews.clone().answer(request);
    let answer = match tokio::time::timeout(reviews.limits.review(), review).await {
        Ok(answer) => answer,
        Err(_) => refuse(
            &reviews,
            StatusCode::SERVICE_UNAVAILABLE,
            "timeout",
            "the review took too long",
        ),
    };
    reviews.metrics.took(began.elapsed());
    answer
}

impl Reviews {
    async fn answer(self: Arc<Self>, request: Request) -> Response {
        let body = match self.body(request).await {
            Ok(body) => body,
            Err(refused) => return refused,
        };
        let judged = if body.bytes().len() < LARGE {
            Ok(self.service.review(body.bytes()))
        } else {
            // it is never closed; and who waits no longer than the review may take gives the place back when it has been judged
            let place = self.large.clone().acquire_owned().await;
            let reviews = self.clone();
            tokio::task::spawn_blocking(move || {
                let answer = reviews.service.review(body.bytes());
                drop((body, place));
                answer
            })
            .await
        };
        match judged {
            Ok(Ok(answer)) => ([(header::CONTENT_TYPE, "application/json")], answer).into_response(),
            Ok(Err(error)) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
            // a panic would be a bug: the review is not answered, and failurePolicy decides
            Err(error) => {
                tracing::error!(%error, "the review was not judged");
                refuse(
                    &self,
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "panic",
                    "the review was not judged",
                )
            }
        }
    }

    async fn body(&self, request: Request) -> Result<Held, Response> {
        let limit = self.limits.body_bytes;
        let announced = request.headers().get(header::CONTENT_LENGTH);
        let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        let too_large = || refuse(self, StatusCode::PAYLOAD_TOO_LARGE, "body", "the review is too large");
        if announced.is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        // kube-apiserver always says how much will come
        let length = announced
            .and_then(|length| usize::try_from(length).ok())
            .unwrap_or(limit);
        let (mut body, mut held) = (request.into_body(), self.room.body(length));
        let full = || {
            refuse(
                self,
                StatusCode::TOO_MANY_REQUESTS,
                "room",
                "too many large reviews at once",
            )
        };
        if !held.fits() {
            return Err(full());
        }
        while let Some(frame) = body.frame().await {
            let cut = |_| refuse(self, StatusCode::BAD_REQUEST, "cut", "the body ended too early");
            let Ok(piece) = frame.map_err(cut)?.into_data() else {
                continue;
            };
            if held.bytes().len() + piece.len() > limit {
                return Err(too_large());
            }
            if !held.add(&piece) {
                return Err(full());
            }
        }
        Ok(held)
    }
}

fn refuse(reviews: &Reviews, status: StatusCode, reason: &'static str, message: &'static str) -> Response {
    reviews.metrics.error(reason);
    tracing::warn!(reason, status = status.as_u16(), "not answered");
    let mut response = (status, message).into_response();
    if status == StatusCode::TOO_MANY_REQUESTS {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, http::HeaderValue::from_static("1"));
    }
    response
}

/// Anything but `POST /validate`.
pub(crate) async fn elsewhere(State(reviews): State<Arc<Reviews>>, _: http::Request<Body>) -> Response {
    refuse(
        &reviews,
        StatusCode::NOT_FOUND,
        "path",
        "reviews are answered at POST /validate",
    )
}
