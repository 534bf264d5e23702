//! Hosts with snippets: nginx's script decides with them, and the usual phases go on from where it ends.
use super::exchange::{Exchange, access_scheme, best_host, scheme};
use super::uri::Uri;
use super::{access, backend, balancer, client, cors, errors, headers, redirects, rewrite, server_phase, unmodelled};
use crate::effective::request::{Answer, BackendCall, Request, World};
use crate::effective::snippets::{HostSnippets, REACHED, WRITTEN, cors_variable};
use crate::effective::{Effective, Host};
use crate::features::backend_protocol::Protocol;
use nginx_snippet::{Handled, Need, Outcome, RequestFacts, ResponseOp, Value, evaluate};

/// What snippets do to the headers of both directions.
pub(super) struct Script {
    outcome: Outcome,
}

impl Script {
    /// The headers of the answer.
    pub(super) fn response(&self, status: Option<u16>, headers: &[(String, String)]) -> Vec<(String, String)> {
        let given: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let all = self.outcome.response_headers(status.unwrap_or(200), &given);
        let known = |value: Value| value.known().unwrap_or_default().to_owned();
        all.into_iter().map(|(name, value)| (name, known(value))).collect()
    }

    /// The status in place of the backend's, where an error page of a snippet led there.
    pub(super) fn status(&self) -> Option<u16> {
        self.outcome.status
    }

    /// Headers that the backend's answer loses.
    pub(super) fn removed(&self) -> Vec<String> {
        let gone = |op: &ResponseOp| match op {
            ResponseOp::Hide { name, .. } | ResponseOp::Clear { name, .. } => Some(name.clone()),
            _ => None,
        };
        self.outcome.response.iter().filter_map(gone).collect()
    }

    /// Headers that the backend gets; those that the template sends first stay.
    pub(super) fn sent(&self) -> Vec<(String, String)> {
        let own = self.outcome.upstream.iter().filter(|header| !header.duplicate);
        own.map(|header| (header.name.clone(), header.value.known().unwrap_or_default().to_owned()))
            .collect()
    }
}

/// A request in a host with snippets.
struct Run<'a> {
    effective: &'a Effective,
    request: &'a Request,
    host: &'a Host,
    snippets: &'a HostSnippets,
    uri: Uri,
    world: &'a dyn World,
    facts: RequestFacts,
}

/// What a host with snippets answers.
pub(super) fn answer(
    effective: &Effective,
    request: &Request,
    host: &Host,
    snippets: &HostSnippets,
    uri: Uri,
    world: &dyn World,
) -> Answer {
    if let Some(answer) = server_phase::before_snippets(effective, request, host, world) {
        return answer;
    }
    let facts = facts(effective, request, host);
    let run = Run {
        effective,
        request,
        host,
        snippets,
        uri,
        world,
        facts,
    };
    let outcome = evaluate(&snippets.program, &run.facts);
    run.end(outcome)
}

/// What nginx knows of the request.
fn facts(effective: &Effective, request: &Request, host: &Host) -> RequestFacts {
    let mut facts = RequestFacts::new(&request.method, scheme(request), &request.host, &request.target)
        .body_size(request.body_size)
        .variable("pass_access_scheme", access_scheme(effective, request))
        .variable("best_http_host", best_host(effective, request))
        .variable("auth_cookie", "");
    facts.address = client::address(effective, request);
    for (name, value) in &request.headers {
        facts = facts.header(name, value);
    }
    for (index, location) in host.locations.iter().enumerate() {
        let settings = &effective.ingress(location.ingress).settings;
        let let_in = settings.cors.as_ref().is_some_and(|c| cors::lets_in(c, request));
        facts = facts.variable(&cors_variable(index), if let_in { "true" } else { "" });
    }
    facts
}

impl<'a> Run<'a> {
    /// From what the script decides to the answer.
    fn end(&self, outcome: Outcome) -> Answer {
        if let Some(why) = unknown(&outcome) {
            return Answer::Unknown(why);
        }
        let location = outcome.location.clone();
        match location.as_deref().map(|name| (name, name.parse::<usize>())) {
            None => self.outside(&outcome),
            Some((_, Ok(index))) => self.inside(outcome, index),
            Some((name, Err(_))) => match name.strip_prefix("slash ").and_then(|n| n.parse::<usize>().ok()) {
                Some(index) => {
                    let location = &self.host.locations[index];
                    redirects::add_slash(self.effective, self.request, self.host, location, &self.uri)
                }
                None => super::unknown_host(self.effective, self.request, self.world),
            },
        }
    }

    /// Decided in the server itself, or in a location that a snippet writes.
    fn outside(&self, outcome: &Outcome) -> Answer {
        match &outcome.handled {
            Handled::Answer(own) => {
                let location = own.location.as_ref().and_then(Value::known);
                let given: Vec<_> = location
                    .map(|l| ("Location".to_owned(), l.to_owned()))
                    .into_iter()
                    .collect();
                let status = outcome.status.unwrap_or(own.status);
                let script = Script {
                    outcome: outcome.clone(),
                };
                Answer::Own {
                    status,
                    headers: script.response(Some(status), &given),
                }
            }
            Handled::ProxyPass { url, target } => self.elsewhere(outcome, url, target),
            Handled::Closed => Answer::Closed,
            Handled::Unknown { why, .. } => Answer::Unknown(why.clone()),
            Handled::Backend { .. } => Answer::Unknown("a location that nobody wrote".into()),
            _ => Answer::Unknown("depends on a snippet".into()),
        }
    }

    /// A `proxy_pass` of the snippet's own.
    fn elsewhere(&self, outcome: &Outcome, url: &Value, target: &str) -> Answer {
        let url = url.known().unwrap_or_default();
        let Some((scheme, rest)) = url.split_once("://") else {
            return Answer::Unknown(format!("depends on what {url} is"));
        };
        let authority = rest.split('/').next().unwrap_or_default();
        let script = Script {
            outcome: outcome.clone(),
        };
        let call = BackendCall {
            service: authority.to_owned(),
            protocol: if scheme == "https" {
                Protocol::Https
            } else {
                Protocol::Http
            },
            verified_as: None,
            method: self.request.method.clone(),
            target: target.to_owned(),
            host: authority.trim_end_matches(":80").to_owned(),
            // nginx's own default, where no template changes it
            headers: std::iter::once(("Connection".to_owned(), "close".to_owned()))
                .chain(script.sent())
                .collect(),
            without: Vec::new(),
        };
        let reply = self.world.backend(&call);
        let status = outcome.status.or(reply.as_ref().map(|r| r.status));
        let headers: Vec<_> = reply.into_iter().flat_map(|r| r.headers).collect();
        Answer::Backend {
            call,
            status,
            headers: script.response(status, &headers),
            removed: script.removed(),
        }
    }

    /// Decided in a location of an Ingress.
    fn inside(&self, outcome: Outcome, index: usize) -> Answer {
        let exchange = self.exchange(outcome, index);
        if let Some(why) = unmodelled::of_location(&exchange) {
            return Answer::Unknown(why);
        }
        let Some(script) = &exchange.script else {
            return Answer::Unknown("depends on a snippet".into());
        };
        match script.outcome.handled.clone() {
            Handled::Answer(own) => {
                let by_access = script.outcome.by_access;
                let status = script.outcome.status.unwrap_or(own.status);
                // Lua redirects to https in the rewrite phase, behind the script
                if by_access && let Some(answer) = redirects::to_https(&exchange) {
                    return answer;
                }
                if exchange.settings.denied.is_some() {
                    return errors::own_of_denied(exchange, status);
                }
                match own.location.as_ref().and_then(Value::known) {
                    Some(location) => exchange.own(status, vec![("Location".into(), location.to_owned())]),
                    None if own.text.is_none() && status >= 300 => errors::own(exchange, status),
                    None => exchange.own(status, Vec::new()),
                }
            }
            Handled::Backend { .. } => self.go_on(exchange, index),
            Handled::ProxyPass { url, target } => self.elsewhere(&script.outcome, &url, &target),
            Handled::Closed => Answer::Closed,
            Handled::Unknown { why, .. } => Answer::Unknown(why),
            _ => Answer::Unknown("depends on a snippet".into()),
        }
    }

    /// The request as the script leaves it.
    fn exchange(&self, outcome: Outcome, index: usize) -> Exchange<'a> {
        let mut uri = self.uri.clone();
        if outcome.path != uri.text() {
            uri.path = outcome.path.clone().into_bytes();
            uri.changed = true;
        }
        if outcome.query != uri.args.as_deref().unwrap_or_default() {
            uri.args = Some(outcome.query.clone());
            uri.changed = true;
        }
        let location = &self.host.locations[index];
        let mut exchange = Exchange::new(self.effective, self.request, self.world, self.host, location, uri);
        headers::hsts(self.effective, self.request, &mut exchange.added);
        exchange.script = Some(Script { outcome });
        exchange
    }

    /// The template's own lines behind the snippet, then Lua, then who may come in, then the backend.
    fn go_on(&self, mut exchange: Exchange<'a>, index: usize) -> Answer {
        let reached = exchange
            .script
            .as_ref()
            .is_some_and(|s| s.outcome.variables.contains_key(REACHED));
        if reached && let Some(answer) = redirects::returned(&mut exchange).or_else(|| rewrite::apply(&mut exchange)) {
            return answer;
        }
        if let Some(answer) = redirects::to_https(&exchange) {
            return answer;
        }
        let target = match balancer::choose(&exchange) {
            balancer::Choice::Target(target) => target,
            balancer::Choice::NoEndpoints => return errors::own(exchange, 503),
            balancer::Choice::Unknown(why) => return Answer::Unknown(why),
        };
        match access::check(&mut exchange) {
            access::Verdict::Unknown(why) => Answer::Unknown(why),
            access::Verdict::Status(status) => self.refused(exchange, index, status),
            access::Verdict::Pass => {
                if let Some(cookie) = exchange.cookie.take() {
                    let facts = self.facts.clone().variable("auth_cookie", &cookie);
                    exchange.script = Some(Script {
                        outcome: evaluate(&self.snippets.program, &facts),
                    });
                }
                backend::call(exchange, target)
            }
        }
    }

    /// The access phase refuses: a snippet may have an error page for it.
    fn refused(&self, mut exchange: Exchange<'a>, index: usize, status: u16) -> Answer {
        let mut facts = self.facts.clone();
        facts.refused = Some((index.to_string(), status));
        let cookie = exchange.cookie.take().unwrap_or_default();
        let outcome = evaluate(&self.snippets.program, &facts.variable("auth_cookie", &cookie));
        let page = outcome
            .trace
            .iter()
            .any(|place| place.source != WRITTEN && is_error_page(self.effective, *place));
        if page {
            return self.end(outcome);
        }
        exchange.script = Some(Script { outcome });
        errors::own(exchange, status)
    }
}

fn is_error_page(effective: &Effective, place: nginx_snippet::Place) -> bool {
    effective.directive(place).is_some_and(|d| d.name.text == "error_page")
}

/// What nobody knows of it.
fn unknown(outcome: &Outcome) -> Option<String> {
    let why = |value: &Value| match value {
        Value::Unknown(why) => Some(why.clone()),
        Value::Known(_) => None,
    };
    let need = |need: &Need| match need {
        Need::BasicAuth => Some("depends on the passwords that a snippet asks for".to_owned()),
        Need::AuthRequest => Some("depends on the auth_request of a snippet".to_owned()),
        Need::Firewall => Some("depends on ModSecurity".to_owned()),
        // a limit that is not exhausted lets everybody pass
        _ => None,
    };
    let answer = match &outcome.handled {
        Handled::Answer(own) => own.location.as_ref().and_then(why),
        Handled::ProxyPass { url, .. } => why(url),
        _ => None,
    };
    let of_response = |op: &ResponseOp| match op {
        ResponseOp::Set { value, .. } | ResponseOp::Add { value, .. } => why(value),
        _ => None,
    };
    answer
        .or_else(|| outcome.upstream.iter().find_map(|header| why(&header.value)))
        .or_else(|| outcome.response.iter().find_map(of_response))
        .or_else(|| outcome.needs.iter().find_map(need))
}
