//! proxy-body-size.
use super::exchange::Exchange;

/// The body is over the limit. nginx looks at Content-Length as soon as it has found the location.
pub(super) fn too_large(exchange: &Exchange<'_>) -> bool {
    let limit = exchange.settings.body_size.max_bytes.value;
    limit > 0 && exchange.request.body_size > limit
}
