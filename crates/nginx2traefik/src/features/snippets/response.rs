//! Headers of the answer.
use super::tell::{self, Unsaid};
use super::value::{self, Text};
use crate::plan::{Branch, Condition, Context, Entries, LocationPlan, Middleware, Slot};
use nginx_snippet::{CacheRule, Effect, Guard, Intent, Part, Place, Template, Test, adds_header};
use serde_json::{Map, Value, json};

/// One header of the answer.
#[derive(Debug, Clone)]
struct Header {
    name: String,
    value: Text,
    /// On answers of success and redirects only, under nginx.
    sometimes: bool,
}

/// What a branch does to the headers of its answers.
#[derive(Debug, Default)]
pub(super) struct Headers {
    list: Vec<Header>,
    /// Access-Control-Allow-Origin says the request's Origin.
    reflects: bool,
}

/// Those that keep a browser from something, or let it do something: without them an answer is another one.
const GUARDS: [&str; 16] = [
    "x-frame-options",
    "x-content-type-options",
    "x-xss-protection",
    "strict-transport-security",
    "referrer-policy",
    "content-security-policy",
    "content-security-policy-report-only",
    "permissions-policy",
    "feature-policy",
    "cross-origin-opener-policy",
    "cross-origin-embedder-policy",
    "cross-origin-resource-policy",
    "x-permitted-cross-domain-policies",
    "set-cookie",
    "location",
    "www-authenticate",
];

/// They say where a body ends: set by hand they break an answer.
const FRAMING: [&str; 4] = ["content-length", "transfer-encoding", "connection", "trailer"];

fn is_guard(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    GUARDS.contains(&name.as_str()) || name.starts_with("access-control-")
}

/// Reads the effects of a branch; `status` is that of its own answer. What cannot be said is told.
pub(super) fn read(context: &mut Context<'_>, when: &[Guard], intents: &[Intent], status: Option<u16>) -> Headers {
    let mut headers = Headers::default();
    let has_text = intents
        .iter()
        .any(|intent| matches!(&intent.effect, Effect::Answer { text: Some(_), .. }));
    for intent in intents {
        let places = &intent.places;
        match &intent.effect {
            Effect::SetResponseHeader { name, value, statuses }
                if for_every_status(context, places, name, statuses, status) =>
            {
                headers.drop(name);
                headers.say(context, when, places, name, value, false);
            }
            Effect::AddResponseHeader { name, value, always } if *always || status.is_none_or(adds_header) => {
                headers.add(context, when, places, name, value, !always && status.is_none());
            }
            Effect::ClearResponseHeader { name, statuses, .. }
                if for_every_status(context, places, name, statuses, status) =>
            {
                headers.clear(context, places, name);
            }
            Effect::Cache(rule) if status.is_none_or(adds_header) => {
                headers.cache(context, places, rule, status.is_none())
            }
            Effect::ContentType { value } if has_text => headers.plain("Content-Type", value.clone(), false),
            _ => {}
        }
    }
    headers
}

/// `-s 404`: Traefik sets headers whatever the status is.
fn for_every_status(
    context: &mut Context<'_>,
    places: &[Place],
    name: &str,
    statuses: &[u16],
    status: Option<u16>,
) -> bool {
    if statuses.is_empty() {
        return true;
    }
    if let Some(status) = status {
        return statuses.contains(&status);
    }
    let why = format!("`{name}` is for some statuses only, and Traefik changes headers whatever the status is");
    leave_out(context, places, name, &why);
    false
}

/// A header that cannot be said: what guards a browser keeps the Ingress as it is, any other one is told.
fn leave_out(context: &mut Context<'_>, places: &[Place], name: &str, why: &str) {
    match is_guard(name) {
        true => tell::block(context, places, &Unsaid::new(why, "send the header from the backend")),
        false => tell::warn(
            context,
            places,
            why,
            &[&format!("`{name}` stays as the backend sends it")],
        ),
    }
}

impl Headers {
    fn drop(&mut self, name: &str) {
        self.list.retain(|header| !header.name.eq_ignore_ascii_case(name));
        self.reflects &= !name.eq_ignore_ascii_case("access-control-allow-origin");
    }

    fn say(
        &mut self,
        context: &mut Context<'_>,
        when: &[Guard],
        places: &[Place],
        name: &str,
        value: &Template,
        sometimes: bool,
    ) {
        if FRAMING.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            return tell::default(
                context,
                places,
                &format!("Traefik writes `{name}` itself, for the body that it sends"),
            );
        }
        let origin = Part::Variable("http_origin".into());
        if name.eq_ignore_ascii_case("access-control-allow-origin") && value.parts == [origin] {
            self.reflects = true;
            return tell_reflected(context, places, when);
        }
        match value::text(context, when, value) {
            Ok(value) => self.list.push(Header {
                name: name.to_owned(),
                value,
                sometimes,
            }),
            Err(variable) => leave_out(
                context,
                places,
                name,
                &format!("`{name}` needs `{variable}`, which Traefik cannot put into a header"),
            ),
        }
    }

    /// One more header: Traefik has one of each name.
    fn add(
        &mut self,
        context: &mut Context<'_>,
        when: &[Guard],
        places: &[Place],
        name: &str,
        value: &Template,
        sometimes: bool,
    ) {
        let same = |header: &Header| header.name.eq_ignore_ascii_case(name) && !header.value.websecure.is_empty();
        let before = self.list.iter().position(same).map(|at| self.list.remove(at));
        self.list.retain(|header| !header.name.eq_ignore_ascii_case(name));
        self.say(context, when, places, name, value, sometimes);
        if let (Some(before), Some(last)) = (before, self.list.last_mut()) {
            last.value.web = format!("{}, {}", before.value.web, last.value.web);
            last.value.websecure = format!("{}, {}", before.value.websecure, last.value.websecure);
            last.sometimes &= before.sometimes;
            let message = format!("`{name}` is sent once, with both values in one line");
            tell::warn(context, places, &message, &[&message]);
            return;
        }
        let once =
            format!("where the backend sends `{name}` itself, that one is replaced instead of a second one added");
        match sometimes {
            true => tell::note(
                context,
                places,
                &format!("`{name}` is set on every answer"),
                &[
                    &format!("errors have `{name}`, too; ingress-nginx adds it to successes and redirects only"),
                    &once,
                ],
            ),
            false => tell::note(context, places, &format!("`{name}` is set, not added"), &[&once]),
        }
    }

    fn clear(&mut self, context: &mut Context<'_>, places: &[Place], name: &str) {
        let empty = Text {
            web: String::new(),
            websecure: String::new(),
        };
        let Some(start) = name.strip_suffix('*') else {
            self.drop(name);
            self.list.push(Header {
                name: name.to_owned(),
                value: empty,
                sometimes: false,
            });
            return;
        };
        let matches = |header: &Header| {
            let head = header.name.get(..start.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(start))
        };
        self.list.retain(|header| !matches(header));
        let message = format!("Traefik takes out headers by their whole name, not by `{name}`");
        let lost = format!("headers of the backend that begin with `{start}` reach the client");
        tell::warn(context, places, &message, &[&lost]);
    }

    fn cache(&mut self, context: &mut Context<'_>, places: &[Place], rule: &CacheRule, sometimes: bool) {
        match rule {
            CacheRule::NoCache => {
                self.plain("Cache-Control", "no-cache".into(), sometimes);
                self.plain("Expires", "Thu, 01 Jan 1970 00:00:01 GMT".into(), sometimes);
            }
            CacheRule::MaxAge(seconds) => self.plain("Cache-Control", format!("max-age={seconds}"), sometimes),
        }
        let dates = match rule {
            CacheRule::NoCache => "Expires is a fixed date in the past",
            CacheRule::MaxAge(_) => "no Expires header; Cache-Control says the same and wins over it",
        };
        let errors = "errors have the headers, too; ingress-nginx adds them to successes and redirects only";
        tell::note(
            context,
            places,
            "Cache-Control is set on every answer",
            &[dates, errors],
        );
    }

    fn plain(&mut self, name: &str, value: String, sometimes: bool) {
        self.drop(name);
        self.list.push(Header {
            name: name.into(),
            value: Text {
                web: value.clone(),
                websecure: value,
            },
            sometimes,
        });
    }

    fn is_empty(&self) -> bool {
        self.list.is_empty() && !self.reflects
    }

    /// On one kind of answer.
    fn spec(&self, entries: Entries, status: Option<u16>) -> Option<Value> {
        let wanted = |header: &&Header| !header.sometimes || status.is_none_or(adds_header);
        let list = self.list.iter().filter(wanted);
        let headers: Map<String, Value> = list
            .map(|header| (header.name.clone(), json!(header.value.on(entries))))
            .collect();
        let mut spec = Map::new();
        if !headers.is_empty() {
            spec.insert("customResponseHeaders".into(), Value::Object(headers));
        }
        if self.reflects {
            spec.insert("accessControlAllowOriginListRegex".into(), json!([".+"]));
        }
        (!spec.is_empty()).then_some(Value::Object(spec))
    }

    /// Puts them on the branches that are `wanted`.
    pub(super) fn apply(&self, plan: &mut LocationPlan, wanted: impl Fn(&Branch) -> bool) {
        if self.is_empty() {
            return;
        }
        value::add(plan, wanted, |entries, branch| {
            let spec = self.spec(entries, status(branch))?;
            Some(Middleware::new(
                Slot::ResponseHeaders,
                "response-headers",
                "headers",
                spec,
            ))
        });
        if self.reflects {
            // Without this header the Middleware takes no OPTIONS request for a preflight (recipes/snippets)
            let spec = json!({"customRequestHeaders": {"Access-Control-Request-Method": ""}});
            let no_preflight = Middleware::new(Slot::Errors, "no-preflight", "headers", spec);
            let answers = plan
                .branches
                .iter_mut()
                .filter(|branch| branch.answers && asks_options(branch));
            answers.for_each(|branch| branch.chain.push(no_preflight.clone()));
        }
    }
}

fn asks_options(branch: &Branch) -> bool {
    branch.conditions.contains(&Condition::Method("OPTIONS".into())) || branch.conditions.is_empty()
}

/// The status of a branch that answers itself.
fn status(branch: &Branch) -> Option<u16> {
    let status = |m: &Middleware| m.purpose.strip_prefix("answer-")?.parse().ok();
    branch.chain.iter().filter(|_| branch.answers).find_map(status)
}

fn tell_reflected(context: &mut Context<'_>, places: &[Place], when: &[Guard]) {
    let of_some = when.iter().any(|guard| {
        let origin = guard.subject == nginx_snippet::Subject::Header("origin".into());
        origin && !guard.negated && !matches!(guard.test, Test::Truthy)
    });
    if of_some {
        return;
    }
    let message = "every site's scripts may read the answers, as before: any Origin is allowed";
    let absent = "Access-Control-Allow-Origin is left out where a request has no Origin";
    let preflight = "a preflight that the snippet does not answer itself is answered by Traefik";
    match when.iter().any(|guard| guard.subject == nginx_snippet::Subject::Method) {
        true => tell::note(context, places, message, &[absent]),
        false => tell::note(context, places, message, &[absent, preflight]),
    }
}
