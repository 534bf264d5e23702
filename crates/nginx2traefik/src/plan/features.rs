//! The features, in the order of nginx's phases.
use super::{Context, LocationPlan};
use crate::features::{
    access, affinity, backend_protocol, backend_tls, basic_auth, body_size, buffering, cors, custom_headers, errors,
    external_auth, forwarded_headers, hsts, limits, load_balancing, mirror, proxy_redirect, redirect, retry, rewrite,
    ssl_redirect, timeouts, upstream_vhost,
};

/// Lets every feature add its part. Answers that come first in nginx are added first; what wraps the backend comes last, and what
/// every answer carries at the very end.
pub(crate) fn apply(context: &mut Context<'_>, plan: &mut LocationPlan) {
    inside(context, plan);
    around(context, plan);
}

/// What nginx does from the rewrite phase on, behind a snippet's own script.
pub(crate) fn inside(context: &mut Context<'_>, plan: &mut LocationPlan) {
    // rewrite phase: `return` in the order of the template, then the Lua redirect to https
    redirect::traefik::plan(context, plan);
    rewrite::traefik::plan_redirect(context, plan);
    ssl_redirect::traefik::plan(context, plan);
    // preaccess and access phase; `satisfy: any` takes authentication out again where an address is enough
    limits::traefik::plan(context, plan);
    external_auth::traefik::plan(context, plan);
    basic_auth::traefik::plan(context, plan);
    access::traefik::plan(context, plan);
    // content phase: what the backend gets
    buffering::traefik::plan(context, plan);
    upstream_vhost::traefik::plan(context, plan);
    forwarded_headers::traefik::plan(context, plan);
    rewrite::traefik::plan(context, plan);
    proxy_redirect::traefik::plan(context, plan);
    // how the backend is spoken to
    backend_protocol::traefik::plan(context, plan);
    backend_tls::traefik::plan(context, plan);
    timeouts::traefik::plan(context, plan);
    load_balancing::traefik::plan(context, plan);
    affinity::traefik::plan(context, plan);
    retry::traefik::plan(context, plan);
    mirror::traefik::plan(context, plan);
    errors::traefik::plan(context, plan);
}

/// What comes before a snippet's script, and what every answer carries.
pub(crate) fn around(context: &mut Context<'_>, plan: &mut LocationPlan) {
    // what every answer carries, whoever gives it; a preflight is answered before any other `return`
    cors::traefik::plan(context, plan);
    // a body is too large as soon as its location is known
    body_size::traefik::plan(context, plan);
    custom_headers::traefik::plan(context, plan);
    hsts::traefik::plan(context, plan);
}
