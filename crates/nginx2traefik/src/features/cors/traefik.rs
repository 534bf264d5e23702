//! What Traefik has to be given for it (recipes: cors).
use super::{AllowedOrigin, Cors};
use crate::finding::Fidelity;
use crate::plan::{Branch, Condition, Context, Entries, LocationPlan, Middleware, Slot, Target};
use serde_json::{Map, Value, json};

/// Adds its part to a location: headers on every answer, and preflights answered before everything else.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let Some(cors) = context.settings().cors.as_ref() else {
        return;
    };
    if cors.origins.value.is_empty() {
        // ingress-nginx sends no header at all then
        return;
    }
    let any = cors.origins.value.contains(&AllowedOrigin::Any);
    match (context.exact(), any) {
        (false, _) => plain(context, plan, cors, any),
        (true, true) => any_origin(plan, cors),
        (true, false) => listed_origins(plan, cors),
    }
}

/// What the headers Middleware has fields for. With `*` and credentials Traefik 3.7 would reflect every origin, so that any site
/// could read answers made for a logged-in user; browsers refuse the literal `*` of ingress-nginx there. So no credentials.
fn plain(context: &mut Context<'_>, plan: &mut LocationPlan, cors: &Cors, any: bool) {
    let mut spec = Map::new();
    if cors
        .origins
        .value
        .iter()
        .any(|o| matches!(o, AllowedOrigin::Wildcard(_)))
    {
        spec.insert("accessControlAllowOriginListRegex".into(), json!([origin_regex(cors)]));
    } else {
        spec.insert("accessControlAllowOriginList".into(), origin_list(cors));
    }
    if cors.credentials.value && !any {
        spec.insert("accessControlAllowCredentials".into(), json!(true));
    }
    spec.insert("accessControlAllowMethods".into(), list(&cors.methods.value));
    spec.insert("accessControlAllowHeaders".into(), list(&cors.headers.value));
    if let Some(expose) = &cors.expose {
        spec.insert("accessControlExposeHeaders".into(), list(&expose.value));
    }
    if let Ok(seconds) = cors.max_age.value.parse::<i64>() {
        spec.insert("accessControlMaxAge".into(), json!(seconds));
    }
    plan.everywhere(&Middleware::new(Slot::Cors, "cors", "headers", Value::Object(spec)));
    tell_plain(context, cors, any);
}

fn tell_plain(context: &mut Context<'_>, cors: &Cors, any: bool) {
    let mut finding = context
        .note(
            "enable-cors",
            &cors.enabled.origin,
            "CORS is answered by Traefik's headers Middleware",
        )
        .fidelity(Fidelity::Approximate)
        .nginx("answers 204 to every OPTIONS request of an allowed origin")
        .traefik("answers 200 to a preflight: OPTIONS with Origin and Access-Control-Request-Method")
        .help("--exact writes a route of its own that answers 204 to OPTIONS, and the same headers on every answer")
        .difference("a preflight is answered with 200 instead of 204")
        .difference("an OPTIONS request that is no preflight reaches the backend")
        .difference("Access-Control-Allow-Methods, -Headers and -Max-Age are sent on preflights only");
    if any && cors.credentials.value {
        finding = finding.difference(
            "no Access-Control-Allow-Credentials: with `*` browsers do not act on it, and Traefik 3.7 would allow any origin",
        );
    }
    context.tell(finding);
}

/// `*`: fixed headers, and 204 to every OPTIONS request.
fn any_origin(plan: &mut LocationPlan, cors: &Cors) {
    let mut headers = fixed_headers(cors);
    headers.insert("Access-Control-Allow-Origin".into(), json!("*"));
    let spec = json!({"customResponseHeaders": headers});
    let middleware = Middleware::new(Slot::Cors, "cors", "headers", spec);
    plan.everywhere(&middleware);
    preflight(plan, Vec::new(), vec![middleware, Middleware::answer(204)]);
}

/// Listed origins: requests of such an origin get all headers, all others none.
fn listed_origins(plan: &mut LocationPlan, cors: &Cors) {
    let spec = json!({
        "customResponseHeaders": fixed_headers(cors),
        "accessControlAllowOriginListRegex": [origin_regex(cors)],
    });
    let middleware = Middleware::new(Slot::Cors, "cors", "headers", spec);
    let origin = Condition::HeaderRegexp("Origin".into(), origin_regex(cors));
    // Without this header the Middleware takes no OPTIONS request for a preflight, and the 204 of the last one is what is sent.
    let spec = json!({"customRequestHeaders": {"Access-Control-Request-Method": ""}});
    let no_preflight = Middleware::new(Slot::Cors, "no-preflight", "headers", spec);
    let mut branches = Vec::with_capacity(plan.branches.len() * 2);
    for branch in plan.branches.drain(..) {
        let mut allowed = branch.clone();
        allowed.conditions.push(origin.clone());
        allowed.chain.push(middleware.clone());
        branches.extend([allowed, branch]);
    }
    plan.branches = branches;
    preflight(
        plan,
        vec![origin],
        vec![no_preflight, middleware, Middleware::answer(204)],
    );
}

fn preflight(plan: &mut LocationPlan, mut conditions: Vec<Condition>, chain: Vec<Middleware>) {
    conditions.insert(0, Condition::Method("OPTIONS".into()));
    plan.branches.insert(
        0,
        Branch {
            conditions,
            entries: Entries::Both,
            chain,
            target: Target::Nothing,
            answers: true,
        },
    );
}

/// The headers that are the same for every allowed origin, as ingress-nginx sends them on every answer.
fn fixed_headers(cors: &Cors) -> Map<String, Value> {
    let mut headers = Map::new();
    let mut set = |name: &str, value: &str| {
        headers.insert(format!("Access-Control-{name}"), json!(value));
    };
    set("Allow-Methods", &cors.methods.value);
    set("Allow-Headers", &cors.headers.value);
    set("Max-Age", &cors.max_age.value);
    if cors.credentials.value {
        set("Allow-Credentials", "true");
    }
    if let Some(expose) = &cors.expose {
        set("Expose-Headers", &expose.value);
    }
    headers
}

fn origin_list(cors: &Cors) -> Value {
    let written = cors.origins.value.iter().map(|origin| match origin {
        AllowedOrigin::Any => json!("*"),
        AllowedOrigin::Exact(origin) | AllowedOrigin::Wildcard(origin) => json!(origin),
    });
    written.collect()
}

/// All origins as one expression; `*` is one label.
fn origin_regex(cors: &Cors) -> String {
    let each = cors.origins.value.iter().map(|origin| match origin {
        AllowedOrigin::Any => ".*".into(),
        AllowedOrigin::Exact(origin) => regex::escape(origin),
        AllowedOrigin::Wildcard(origin) => regex::escape(origin).replacen("\\*", "[A-Za-z0-9-]+", 1),
    });
    format!("(?i)^({})$", each.collect::<Vec<_>>().join("|"))
}

fn list(value: &str) -> Value {
    let words = value.split(',').map(str::trim).filter(|word| !word.is_empty());
    words.map(|word| json!(word)).collect()
}
