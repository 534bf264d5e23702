//! What Traefik has to be given for it.
use crate::plan::{Context, LocationPlan, Middleware, Slot};
use serde_json::{Map, json};

/// Adds its part to a location: headers on every answer, whoever gives it.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let settings = &context.settings().custom_headers;
    let Some(config_map) = settings.config_map.as_ref() else {
        return;
    };
    let Some(headers) = settings.headers.as_ref() else {
        let finding = context
            .blocking(
                "custom-headers",
                &config_map.origin,
                format!("the ConfigMap `{}` is not among the inputs", config_map.value),
            )
            .nginx("adds the headers of this ConfigMap to every answer")
            .traefik("has them in a Middleware, which can only be written when they are known")
            .help("give the ConfigMap's manifest as a further input");
        context.tell(finding);
        return;
    };
    if headers.is_empty() {
        return;
    }
    let headers: Map<_, _> = headers
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    let spec = json!({"customResponseHeaders": headers});
    plan.everywhere(&Middleware::new(Slot::ResponseHeaders, "headers", "headers", spec));
}
