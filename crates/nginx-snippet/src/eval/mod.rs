//! What nginx does with one request: its phases, from the server's rewrites to the content.

mod access;
mod content;
mod locate;
mod outcome;
mod response;
mod script;
mod settings;
mod upstream;
mod variables;

pub(crate) use access::is_range;
pub use outcome::{Answer, Handled, Need, Outcome, RequestHeader};
pub use response::{ResponseOp, adds_header};

use std::collections::{BTreeMap, BTreeSet};

use crate::program::{Action, Level};
use crate::request::{RequestFacts, normalise};
use crate::{Place, Program, Value};

/// nginx gives up after so many changes of the path (`NGX_HTTP_MAX_URI_CHANGES`).
const MAX_PATH_CHANGES: usize = 10;

/// What `program` does with `request`.
///
/// ```
/// use nginx_snippet::{Handled, Program, RequestFacts, evaluate, parse};
/// let program = Program::location(&parse("if ($host = a.example) { return 301 https://b.example$request_uri; }"));
/// let outcome = evaluate(&program, &RequestFacts::new("GET", "http", "a.example", "/x?y"));
/// let Handled::Answer(answer) = outcome.handled else { panic!() };
/// assert_eq!((answer.status, answer.location), (301, Some("https://b.example/x?y".into())));
/// ```
pub fn evaluate(program: &Program, request: &RequestFacts) -> Outcome {
    let path = normalise(request.raw_path());
    let mut state = State::new(program, request, path.clone().unwrap_or_default());
    let handled = match path {
        Some(_) => state.enter_server(),
        None => Handled::Answer(Answer::page(400)),
    };
    state.outcome(handled)
}

/// A variable of a request that no script has changed, if the facts say it.
pub(crate) fn variable(request: &RequestFacts, name: &str) -> Option<String> {
    let program = Program::builder().build();
    let state = State::new(&program, request, String::new());
    state.variable(name).known().map(str::to_owned)
}

/// A request on its way.
struct State<'a> {
    server: &'a Level,
    /// What stands around all servers, and the server.
    outer: [&'a Level; 2],
    request: &'a RequestFacts,
    method: String,
    path: String,
    query: String,
    /// The path is still the client's, byte for byte.
    untouched: bool,
    path_changed: bool,
    changes: usize,
    /// The request was led here by `error_page` or a rewrite.
    internal: bool,
    /// An error page is being served; it has no error page of its own.
    in_error: bool,
    status: Option<u16>,
    captures: Vec<String>,
    variables: BTreeMap<String, Value>,
    /// All variables that `set` mentions anywhere; before it ran they are empty.
    declared: BTreeSet<String>,
    /// The access phase has refused.
    by_access: bool,
    /// The server, the locations inside each other, and the last `if` that was true.
    chain: Vec<&'a Level>,
    trace: Vec<Place>,
}

impl<'a> State<'a> {
    fn new(program: &'a Program, request: &'a RequestFacts, path: String) -> Self {
        let mut declared = BTreeSet::new();
        collect_names(&program.server, &mut declared);
        Self {
            server: &program.server,
            outer: [&program.http, &program.server],
            request,
            method: request.method.clone(),
            path,
            query: request.query().to_owned(),
            untouched: true,
            path_changed: false,
            changes: 0,
            internal: false,
            in_error: false,
            status: None,
            captures: Vec::new(),
            variables: BTreeMap::new(),
            declared,
            by_access: false,
            chain: vec![&program.http, &program.server],
            trace: Vec::new(),
        }
    }

    /// The server's script, then a location; also where an `error_page` starts again.
    fn enter_server(&mut self) -> Handled {
        self.chain = self.outer.to_vec();
        match self.script(&self.server.script, None) {
            Some(handled) => self.finish(handled),
            None => self.enter_location(),
        }
    }

    /// Find the location, run its script, and again as long as the script changes the path.
    fn enter_location(&mut self) -> Handled {
        loop {
            self.path_changed = false;
            self.chain = self.outer.to_vec();
            match self.locate() {
                Ok(chain) => self.chain.extend(chain),
                Err(why) => return Handled::Unknown { why, place: None },
            }
            if let Some(handled) = self.in_location() {
                return handled;
            }
            self.changes += 1;
            if self.changes > MAX_PATH_CHANGES {
                return self.finish(Handled::Answer(Answer::page(500)));
            }
        }
    }

    /// What the location in the chain does; `None` when its script changed the path.
    fn in_location(&mut self) -> Option<Handled> {
        if let Some(handled) = self.before_script() {
            return Some(self.finish(handled));
        }
        let location = *self.chain.last()?;
        if let Some((place, methods, level)) = &location.limit_except
            && !self.is_free(methods)
        {
            self.trace.push(*place);
            self.chain.push(level);
            let handled = self.limited();
            return Some(self.finish(handled));
        }
        let depth = self.chain.len();
        if let Some(handled) = self.script(&location.script, Some(depth)) {
            return Some(self.finish(handled));
        }
        if self.path_changed {
            return None;
        }
        let handled = match location.managed.is_none() && self.in_managed() {
            true => self.limited(),
            false => self.after_script(),
        };
        Some(self.finish(handled))
    }

    fn is_free(&self, methods: &[String]) -> bool {
        let named = |method: &str| methods.iter().any(|free| free == method);
        // GET includes HEAD (ngx_http_core_limit_except)
        named(&self.method) || (self.method == "HEAD" && named("GET"))
    }

    fn outcome(mut self, handled: Handled) -> Outcome {
        let reaches = matches!(handled, Handled::Backend { .. } | Handled::ProxyPass { .. });
        let upstream = if reaches { self.upstream_headers() } else { Vec::new() };
        let response = self.response_ops(reaches);
        let needs = if reaches { self.needs() } else { Vec::new() };
        let location = self.managed_name();
        let (managed, by_access) = (location.is_some(), self.by_access);
        let variables = std::mem::take(&mut self.variables);
        let status = self.status.filter(|_| reaches);
        let (path, query, trace) = (self.path, self.query, self.trace);
        Outcome {
            handled,
            status,
            path,
            query,
            upstream,
            response,
            needs,
            managed,
            location,
            by_access,
            variables,
            trace,
        }
    }
}

fn collect_names(level: &Level, names: &mut BTreeSet<String>) {
    for op in &level.script {
        match &op.action {
            Action::Set { name, .. } => drop(names.insert(name.clone())),
            Action::SetElsewhere { sets, .. } => drop(names.insert(sets.clone())),
            Action::If { level, .. } => collect_names(level, names),
            _ => {}
        }
    }
    for location in &level.locations {
        collect_names(&location.level, names);
    }
}
