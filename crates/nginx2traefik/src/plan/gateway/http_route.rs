//! A server's routers as HTTPRoutes: rules of one Ingress and the same listeners stand together, at most 16.
use super::backend::Backends;
use super::expand::Row;
use super::filters;
use super::grpc_route;
use super::guard::{Step, answers_503, is_closed};
use super::listeners::{GATEWAY_API, Listeners};
use super::order::{Asked, Order};
use super::path::Form;
use super::said::Unsaid;
use crate::effective::HostName;
use crate::model::IngressId;
use crate::plan::branch::{Entries, Target};
use crate::plan::collected::Draft;
use crate::plan::{Collected, Middleware, Slot, kept};
use serde_json::{Map, Value, json};

/// gateway-api:apis/v1/httproute_types.go: rules of a route; 8 matches was the limit of a rule before v1.2.
const RULES: usize = 16;
const MATCHES: usize = 8;

/// A rule with the forms of its matches' paths.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) step: Step,
    pub(crate) forms: Vec<Form>,
}

/// One HTTPRoute to be.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    owner: IngressId,
    pub(crate) entries: Entries,
    pub(crate) rules: Vec<Rule>,
}

/// The routes of a server.
#[derive(Debug, Clone)]
pub(crate) struct Routes {
    pub(crate) names: Vec<HostName>,
    pub(crate) routes: Vec<Route>,
}

/// Rules that stand in one HTTPRoute, by their places among the steps.
struct Group {
    owner: IngressId,
    entries: Entries,
    members: Vec<usize>,
}

/// Steps as routes, each rule in its place.
pub(crate) fn routes(
    names: &[HostName],
    steps: Vec<Step>,
    order: &mut Order,
    narrower: bool,
) -> Result<Routes, Unsaid> {
    let steps: Vec<Step> = steps.into_iter().flat_map(in_pieces).collect();
    let groups = grouped(&steps);
    let mut rest = vec![0; steps.len()];
    for group in &groups {
        for (index, at) in group.members.iter().enumerate() {
            rest[*at] = group.members.len() - index;
        }
    }
    let asked: Vec<Asked<'_>> = steps
        .iter()
        .zip(&rest)
        .flat_map(|(step, rest)| asked(step, *rest))
        .collect();
    let mut forms = order.place(names, &asked, narrower)?.into_iter();
    let counts: Vec<usize> = steps.iter().map(|step| step.row.matches.len()).collect();
    let each: Vec<Vec<Form>> = counts
        .iter()
        .map(|count| forms.by_ref().take(*count).collect())
        .collect();
    let rule = |at: &usize| Rule {
        step: steps[*at].clone(),
        forms: each[*at].clone(),
    };
    let routes = groups.iter().map(|group| Route {
        owner: group.owner,
        entries: group.entries,
        rules: group.members.iter().map(rule).collect(),
    });
    Ok(Routes {
        names: names.to_vec(),
        routes: routes.collect(),
    })
}

fn grouped(steps: &[Step]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let (owner, entries) = (step.row.router.owner, step.row.router.entries);
        let open = |group: &&mut Group| group.owner == owner && group.entries == entries;
        match groups
            .iter_mut()
            .rev()
            .find(open)
            .filter(|group| group.members.len() < RULES)
        {
            Some(group) => group.members.push(at),
            None => groups.push(Group {
                owner,
                entries,
                members: vec![at],
            }),
        }
    }
    groups
}

fn asked(step: &Step, rest: usize) -> impl Iterator<Item = Asked<'_>> {
    step.row.matches.iter().map(move |one| Asked {
        one,
        entries: step.row.router.entries,
        rest,
    })
}

/// A rule for each 8 matches.
fn in_pieces(step: Step) -> Vec<Step> {
    let pieces = step.row.matches.chunks(MATCHES).map(|matches| Step {
        row: Row {
            matches: matches.to_vec(),
            router: step.row.router.clone(),
        },
        guard: step.guard,
    });
    pieces.collect()
}

const GUARDED: &str = "A rule of weight 0 answers 503 in place of the one above it, should Traefik leave that out for a broken Middleware.";

/// Writes routes.
#[derive(Debug)]
pub(crate) struct Writer<'a, 'g> {
    pub(crate) backends: Backends<'a>,
    pub(crate) listeners: &'a mut Listeners<'g>,
}

impl Writer<'_, '_> {
    pub(crate) fn write(&mut self, routes: &Routes, collected: &mut Collected) {
        let mut first: Vec<IngressId> = Vec::new();
        let main = |route: &&Route| route.entries != Entries::Web;
        let ordered = routes
            .routes
            .iter()
            .filter(main)
            .chain(routes.routes.iter().filter(|r| !main(r)));
        let of_grpc = grpc_route::of(routes, self.listeners);
        for route in ordered {
            let is_first = !first.contains(&route.owner);
            first.push(route.owner);
            let grpc = of_grpc.filter(|_| route.entries == Entries::Websecure);
            self.route(&routes.names, route, (is_first, grpc), collected);
        }
    }

    /// `grpc`: it is a GRPCRoute to this port.
    fn route(
        &mut self,
        names: &[HostName],
        route: &Route,
        (is_first, grpc): (bool, Option<u16>),
        collected: &mut Collected,
    ) {
        let given = self.backends.given;
        let ingress = given.manifests.ingress(route.owner);
        let rules = route.rules.iter().map(|rule| match grpc {
            Some(port) => grpc_route::rule(given, rule, port, collected),
            None => self.rule(rule, collected),
        });
        let rules: Vec<Value> = rules.collect();
        let parents = self.listeners.parents(names, route.entries, &ingress.namespace);
        if parents.is_empty() {
            return;
        }
        let wanted = match (is_first, route.entries) {
            (false, Entries::Web) => format!("{}-http", ingress.name.value),
            _ => ingress.name.value.clone(),
        };
        let draft = Draft {
            api_version: GATEWAY_API,
            kind: if grpc.is_some() { "GRPCRoute" } else { "HTTPRoute" },
            namespace: &ingress.namespace,
            wanted: &wanted,
            // what other tools read is said once
            metadata: match is_first {
                true => kept::metadata(given, ingress),
                false => kept::repeated(ingress),
            },
            body: Map::from_iter([("spec".to_owned(), spec(names, &parents, &rules))]),
        };
        let mut from = vec![route.owner];
        from.extend(route.rules.iter().flat_map(|rule| &rule.step.row.router.canaries));
        let guarded = route.rules.iter().any(|rule| rule.step.guard);
        collected.object(&from, draft, if guarded { GUARDED } else { "" });
    }

    fn rule(&self, rule: &Rule, collected: &mut Collected) -> Value {
        let row = &rule.step.row;
        let router = &row.router;
        let matches = row
            .matches
            .iter()
            .zip(&rule.forms)
            .map(|(one, form)| one.value(form.value()));
        let mut value = json!({"matches": matches.collect::<Vec<_>>()});
        if rule.step.guard {
            value["backendRefs"] = json!(self.backends.closed(router.owner, &router.target));
            return value;
        }
        let own = self.backends.closed(router.owner, &router.target);
        // without a Service to name the Middleware answers
        let closed = is_closed(router) && !own.is_empty();
        let chain = router
            .chain
            .iter()
            .filter(|middleware| !closed || !answers_503(middleware));
        let chain: Vec<_> = chain.cloned().collect();
        let filters = filters::of(self.backends.given, router.owner, &chain, collected);
        if !filters.is_empty() {
            value["filters"] = json!(filters);
        }
        let answers = |m: &Middleware| matches!(m.slot, Slot::Answer | Slot::Backend);
        let refs = match closed {
            true => own,
            false if filters::redirects(&filters) => Vec::new(),
            false if router.target == Target::Nothing && router.chain.iter().any(answers) => Vec::new(),
            false => self.backends.refs(router.owner, &router.target, collected),
        };
        if !refs.is_empty() {
            value["backendRefs"] = json!(refs);
        }
        value
    }
}

fn spec(names: &[HostName], parents: &[Value], rules: &[Value]) -> Value {
    let mut spec = Map::from_iter([("parentRefs".to_owned(), json!(parents))]);
    let hosts: Vec<String> = names.iter().filter_map(hostname).collect();
    if !hosts.is_empty() {
        spec.insert("hostnames".into(), json!(hosts));
    }
    spec.insert("rules".into(), json!(rules));
    Value::Object(spec)
}

/// As it stands in `hostnames`.
fn hostname(name: &HostName) -> Option<String> {
    match name {
        HostName::Exact(name) => Some(name.clone()),
        HostName::Wildcard(rest) => Some(format!("*.{rest}")),
        HostName::Regex(_) | HostName::CatchAll => None,
    }
}
