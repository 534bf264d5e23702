//! What Traefik has to be given for it.
use crate::plan::{Context, LocationPlan, Middleware, Slot};
use serde_json::json;

/// Adds its part to a location: a header on every answer over https.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let controller = &context.effective.controller;
    let flag = |key: &str, default: bool| controller.get(key).map_or(default, |s| s.value == "true");
    if !flag("hsts", true) {
        return;
    }
    // ingress-nginx, internal/ingress/controller/config/config.go:801-804: one year, with subdomains
    let seconds = controller.get("hsts-max-age").and_then(|s| s.value.parse::<u64>().ok());
    let mut spec = json!({"stsSeconds": seconds.unwrap_or(31_536_000)});
    if flag("hsts-include-subdomains", true) {
        spec["stsIncludeSubdomains"] = json!(true);
    }
    if flag("hsts-preload", false) {
        spec["stsPreload"] = json!(true);
    }
    plan.everywhere(&Middleware::new(Slot::ResponseHeaders, "hsts", "headers", spec));
}
