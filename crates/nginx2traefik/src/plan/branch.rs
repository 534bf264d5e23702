//! A location as a list of branches: the first whose conditions hold answers.
use super::Middleware;
use crate::effective::host::ServiceRef;
use serde_json::{Map, Value};

/// Which entryPoints a branch listens on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entries {
    /// Both.
    Both,
    /// web only.
    Web,
    /// websecure only.
    Websecure,
}

/// A condition beside host and path, as a Traefik matcher.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// ``Method(`OPTIONS`)``
    Method(String),
    /// ``Header(`name`, `value`)``
    Header(String, String),
    /// ``HeaderRegexp(`name`, `regex`)``
    HeaderRegexp(String, String),
    /// ``Host(`name`)``, one of several names of the server.
    Host(String),
    /// ``HostRegexp(`regex`)``
    HostRegexp(String),
    /// ``ClientIP(`cidr`)``, any of them; the peer's address.
    ClientIp(Vec<String>),
    /// ``Path(`...`)``
    Path(String),
    /// ``PathPrefix(`...`)``
    PathPrefix(String),
    /// ``PathRegexp(`...`)``
    PathRegexp(String),
    /// ``QueryRegexp(`name`, `regex`)``
    QueryRegexp(String, String),
    /// `!(...)`
    Not(Box<Condition>),
    /// `(... || ...)`
    Any(Vec<Condition>),
}

/// Where a branch leads.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A Service.
    Service(Box<ServiceTarget>),
    /// Several, by weight: a TraefikService.
    Weighted {
        /// Service and weight.
        services: Vec<(ServiceTarget, u64)>,
        /// A cookie that pins a client to one of them.
        sticky: Option<Value>,
    },
    /// The TraefikService of this name, which a feature has made of what was there before.
    Composed(String),
    /// `noop@internal`: a Middleware answers.
    Nothing,
}

/// A Service, and how it is spoken to.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceTarget {
    /// The Service.
    pub service: ServiceRef,
    /// `http`, `https`, `h2c`; none where Traefik's own choice is right.
    pub scheme: Option<String>,
    /// The value of `sticky`.
    pub sticky: Option<Value>,
    /// Spec of a ServersTransport of its own.
    pub transport: Option<Value>,
    /// passHostHeader: false
    pub own_host: bool,
    /// nativeLB: true
    pub native_lb: bool,
    /// `strategy`, where it is not wrr.
    pub strategy: Option<String>,
    /// Further fields, as the user's own IngressRoute has them.
    pub(crate) more: Map<String, Value>,
}

impl ServiceTarget {
    /// A Service with Traefik's defaults.
    pub fn new(service: ServiceRef) -> Self {
        ServiceTarget {
            service,
            scheme: None,
            sticky: None,
            transport: None,
            own_host: false,
            native_lb: false,
            strategy: None,
            more: Map::new(),
        }
    }

    /// Sets a field of the ServersTransport. A transport of its own without this number would keep 2 idle connections to a
    /// backend, where Traefik's own keeps 200 (traefik:cmd/configuration.go:30, pkg/server/service/transport.go:319-322).
    pub fn set_transport(&mut self, field: &str, value: Value) {
        let transport = self
            .transport
            .get_or_insert_with(|| serde_json::json!({"maxIdleConnsPerHost": 200}));
        transport[field] = value;
    }
}

impl Target {
    /// Every Service that requests may be sent to.
    pub fn services(&mut self) -> Vec<&mut ServiceTarget> {
        match self {
            Target::Service(service) => vec![service.as_mut()],
            Target::Weighted { services, .. } => services.iter_mut().map(|(service, _)| service).collect(),
            Target::Composed(_) | Target::Nothing => Vec::new(),
        }
    }
}

/// One way through a location.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// All of them hold, beside host and path.
    pub conditions: Vec<Condition>,
    /// Where it listens.
    pub entries: Entries,
    /// In any order; sorted by slot when it is written (stable).
    pub chain: Vec<Middleware>,
    /// Where it leads.
    pub target: Target,
    /// It does not reach the location's backend: an answer of its own (preflight, redirect, 413, 503).
    pub answers: bool,
}

/// A location on its way to routers. Features work on it one after the other, in nginx's order of phases.
#[derive(Debug, Clone, PartialEq)]
pub struct LocationPlan {
    /// First match wins. The last one has no conditions.
    pub branches: Vec<Branch>,
    /// Requests are matched against `PathRegexp` and the like that only an IngressRoute has, or an order that only it can give: why.
    pub needs_route: Vec<String>,
    /// Who serves where the location's own Service does not exist: Middlewares in front of it, and the Service. None: 503.
    pub stand_in: Option<(Vec<Middleware>, ServiceTarget)>,
}

impl LocationPlan {
    /// A location that leads to `target` unconditionally.
    pub fn new(target: Target) -> Self {
        let answers = target == Target::Nothing;
        LocationPlan {
            branches: vec![Branch {
                conditions: Vec::new(),
                entries: Entries::Both,
                chain: Vec::new(),
                target,
                answers,
            }],
            needs_route: Vec::new(),
            stand_in: None,
        }
    }

    /// Adds a Middleware to every branch.
    pub fn everywhere(&mut self, middleware: &Middleware) {
        for branch in &mut self.branches {
            branch.chain.push(middleware.clone());
        }
    }

    /// Adds a Middleware to every branch that reaches the backend.
    pub fn before_backend(&mut self, middleware: &Middleware) {
        for branch in self.branches.iter_mut().filter(|b| !b.answers) {
            branch.chain.push(middleware.clone());
        }
    }

    /// An answer of its own, behind the answers that are there and before everything that reaches the backend.
    pub fn answer(&mut self, conditions: Vec<Condition>, entries: Entries, chain: Vec<Middleware>) {
        let at = self
            .branches
            .iter()
            .position(|b| !b.answers)
            .unwrap_or(self.branches.len());
        self.branches.insert(
            at,
            Branch {
                conditions,
                entries,
                chain,
                target: Target::Nothing,
                answers: true,
            },
        );
    }

    /// Cuts every branch that reaches the backend on both entryPoints in two, and changes each.
    pub fn by_entry(&mut self, change: impl Fn(&mut Branch)) {
        let mut branches = Vec::with_capacity(self.branches.len() * 2);
        for branch in self.branches.drain(..) {
            let on = match branch.entries {
                Entries::Both if !branch.answers => vec![Entries::Web, Entries::Websecure],
                other => vec![other],
            };
            for entries in on {
                let mut one = Branch {
                    entries,
                    ..branch.clone()
                };
                if !one.answers {
                    change(&mut one);
                }
                branches.push(one);
            }
        }
        self.branches = branches;
    }

    /// Changes how every Service behind the location is spoken to.
    pub fn each_service(&mut self, change: impl Fn(&mut ServiceTarget)) {
        for branch in self.branches.iter_mut().filter(|b| !b.answers) {
            branch.target.services().into_iter().for_each(&change);
        }
    }

    /// Cuts every branch that reaches the backend in two: those requests for which `condition` holds get the branch that `change`
    /// makes, all others the branch as it was.
    pub fn split(&mut self, condition: &Condition, change: impl Fn(&mut Branch)) {
        let mut branches = Vec::with_capacity(self.branches.len() * 2);
        for branch in self.branches.drain(..) {
            if !branch.answers {
                let mut copy = branch.clone();
                copy.conditions.push(condition.clone());
                change(&mut copy);
                branches.push(copy);
            }
            branches.push(branch);
        }
        self.branches = branches;
    }
}
