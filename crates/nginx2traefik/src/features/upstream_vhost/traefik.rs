//! What Traefik has to be given for it (recipes: headers).
use crate::effective::{Backend, Setting};
use crate::features::redirect::template::{self, Part};
use crate::finding::Fidelity;
use crate::model::PortRef;
use crate::plan::{Context, LocationPlan, Middleware, Slot};
use serde_json::json;

/// Adds its part to a location.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let settings = &context.settings().upstream_vhost;
    if let Some(host) = &settings.host {
        set_host(context, plan, host);
    }
    if let Some(connection) = &settings.connection {
        tell_connection(context, plan, connection);
    }
}

fn set_host(context: &mut Context<'_>, plan: &mut LocationPlan, host: &Setting<String>) {
    if ["$host", "$http_host", "$best_http_host"].contains(&host.value.as_str()) {
        return;
    }
    match value(context, &host.value) {
        Ok(value) => {
            let spec = json!({"customRequestHeaders": {"Host": value}});
            plan.before_backend(&Middleware::new(
                Slot::RequestHeaders,
                "upstream-vhost",
                "headers",
                spec,
            ));
        }
        Err(variable) => {
            let finding = context
                .blocking(
                    "upstream-vhost",
                    &host.origin,
                    format!("the Host needs nginx's `${variable}`"),
                )
                .traefik("can only set a fixed Host towards the backend")
                .help("write the host out");
            context.tell(finding);
        }
    }
}

/// The value for this location: ingress-nginx's own variables are known here. Err: the variable that is not.
pub(crate) fn value(context: &Context<'_>, written: &str) -> Result<String, String> {
    let known = |name: &str| match name {
        "namespace" => Some(context.namespace().to_owned()),
        "ingress_name" => Some(context.written().name.value.clone()),
        "service_name" | "service_port" => of_service(context, name),
        "location_path" => Some(context.location.path.clone()),
        _ => template::constant(name, &context.host.name),
    };
    let mut said = String::new();
    for part in template::parse(written) {
        match part {
            Part::Text(text) => said.push_str(&text),
            Part::Capture(number) => return Err(number.to_string()),
            Part::Variable(name) => said.push_str(&known(&name).ok_or(name)?),
        }
    }
    Ok(said)
}

fn of_service(context: &Context<'_>, name: &str) -> Option<String> {
    let Backend::Service(service) = &context.location.backend else {
        return None;
    };
    Some(match (name, &service.port) {
        ("service_name", _) => service.name.clone(),
        (_, PortRef::Number(number)) => number.to_string(),
        (_, PortRef::Name(name)) => name.clone(),
    })
}

fn tell_connection(context: &mut Context<'_>, plan: &mut LocationPlan, connection: &Setting<String>) {
    if connection.value.eq_ignore_ascii_case("close") {
        plan.each_service(|service| service.set_transport("maxIdleConnsPerHost", json!(-1)));
    }
    let finding = context
        .note(
            "connection-proxy-header",
            &connection.origin,
            "Traefik sets the Connection header itself",
        )
        .fidelity(Fidelity::Approximate)
        .traefik("keeps connections to the backend open, or closes them after each request where `close` was written")
        .difference(format!("the backend does not get `Connection: {}`", connection.value));
    context.tell(finding);
}
