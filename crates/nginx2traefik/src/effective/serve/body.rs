//! The size of the request's body.
use super::exchange::Exchange;

/// nginx's own limit, where the location writes none.
const NGINX_DEFAULT: u64 = 1 << 20;

/// 413, as soon as the location is known: before its redirects and its access lists. A denied location writes no limit.
pub(super) fn too_large(exchange: &Exchange<'_>) -> bool {
    let size = exchange.request.body_size;
    if exchange.settings.denied.is_some() {
        return size > NGINX_DEFAULT;
    }
    exchange.settings.body_size.is_exceeded_by(size)
}
