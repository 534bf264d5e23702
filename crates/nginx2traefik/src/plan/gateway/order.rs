//! First match first, in Traefik's own priorities (traefik:pkg/provider/kubernetes/gateway/httproute.go buildMatchRule; atlas
//! semantics 5): Exact 100000, else 10000 and 100 for each character of the path, 1 for `/`; 1000 for a method, 100 for a header,
//! 10 for a parameter; the longest host's length; the number of rules that follow in the HTTPRoute and 1.
//!
//! A path keeps the form that people write as long as it is high enough, else it is an expression with as many `^` as it takes.
use super::path::{Form, LONGEST};
use super::said::{Match, Unsaid};
use crate::effective::HostName;
use crate::plan::branch::Entries;

/// One match of a rule on its way to its place.
#[derive(Debug, Clone)]
pub(crate) struct Asked<'a> {
    pub(crate) one: &'a Match,
    pub(crate) entries: Entries,
    /// Rules of its HTTPRoute from its own to the last.
    pub(crate) rest: usize,
}

/// A match that has its place.
#[derive(Debug, Clone)]
struct Placed {
    server: usize,
    one: Match,
    entries: Entries,
    form: Form,
    /// Without its hosts.
    priority: usize,
}

/// The hosts of a server, as they count.
#[derive(Debug)]
struct Server {
    names: Vec<HostName>,
    shortest: usize,
    longest: usize,
}

/// Everything that has its place, the widest servers first.
#[derive(Debug, Default)]
pub(crate) struct Order {
    placed: Vec<Placed>,
    servers: Vec<Server>,
}

impl Order {
    /// Routers of another kind that answer for these hosts, none of a higher priority.
    pub(crate) fn reserve(&mut self, names: &[HostName], priority: usize) {
        let server = self.server(names);
        self.placed.push(Placed {
            server,
            one: Match::of(crate::plan::rule::PathMatch::All),
            entries: Entries::Both,
            form: Form::Exact(String::new()),
            priority,
        });
    }

    /// The forms of a server's paths, first match first. `narrower`: there are servers that must stay above it.
    pub(crate) fn place(
        &mut self,
        names: &[HostName],
        asked: &[Asked<'_>],
        narrower: bool,
    ) -> Result<Vec<Form>, Unsaid> {
        let server = self.server(names);
        let before = self.placed.len();
        let mut forms = Vec::with_capacity(asked.len());
        for (at, of) in asked.iter().enumerate().rev() {
            let lower: Vec<&Placed> = self.below(server, of).collect();
            let natural = Form::natural(&of.one.path).filter(|form| {
                let exact = matches!(form, Form::Exact(_));
                !exact || !narrower && !asked[..at].iter().any(|higher| must_be_higher(higher, of))
            });
            let form = self.form(of, natural, server, &lower);
            let Some(form) = form else {
                self.placed.truncate(before);
                return Err(Unsaid::Order);
            };
            self.placed.push(Placed {
                server,
                one: of.one.clone(),
                entries: of.entries,
                priority: priority(of, &form),
                form: form.clone(),
            });
            forms.push(form);
        }
        if !narrower {
            self.placed.truncate(before);
        }
        forms.reverse();
        Ok(forms)
    }

    fn server(&mut self, names: &[HostName]) -> usize {
        let lengths = || names.iter().map(length);
        self.servers.push(Server {
            names: names.to_vec(),
            shortest: lengths().min().unwrap_or(0),
            longest: lengths().max().unwrap_or(0),
        });
        self.servers.len() - 1
    }

    /// What may answer a request of this match and must not.
    fn below<'a>(&'a self, server: usize, of: &'a Asked<'_>) -> impl Iterator<Item = &'a Placed> {
        let names = &self.servers[server].names;
        self.placed.iter().filter(move |placed| {
            meet(placed.entries, of.entries)
                && (placed.server == server || share(names, &self.servers[placed.server].names))
                && placed.one.overlaps(of.one)
        })
    }

    fn form(&self, of: &Asked<'_>, natural: Option<Form>, server: usize, lower: &[&Placed]) -> Option<Form> {
        let own = &self.servers[server];
        let needed = lower.iter().map(|placed| match placed.server == server {
            true => placed.priority + 1,
            false => (placed.priority + self.servers[placed.server].longest + 1).saturating_sub(own.shortest),
        });
        let needed = needed.max().unwrap_or(0);
        // the later one of two equal rules is dropped (3.7.15, recipes/gateway trap 2)
        let taken = |form: &Form| {
            lower
                .iter()
                .any(|placed| placed.form == *form && same_rest(&placed.one, of.one))
        };
        let good = |form: &Form| form.fits() && priority(of, form) >= needed && !taken(form);
        if let Some(natural) = natural.filter(|form| good(form)) {
            return Some(natural);
        }
        let plain = priority(of, &Form::regex(&of.one.path, 0));
        let mut more = needed.saturating_sub(plain).div_ceil(100);
        while more <= LONGEST {
            let form = Form::regex(&of.one.path, more);
            if good(&form) {
                return Some(form);
            }
            more += 1;
        }
        None
    }
}

fn must_be_higher(higher: &Asked<'_>, of: &Asked<'_>) -> bool {
    let exact = matches!(Form::natural(&higher.one.path), Some(Form::Exact(_))) && !same_rest(higher.one, of.one);
    !exact && meet(higher.entries, of.entries) && higher.one.overlaps(of.one)
}

fn same_rest(a: &Match, b: &Match) -> bool {
    a.method == b.method && a.headers == b.headers && a.query == b.query
}

fn priority(of: &Asked<'_>, form: &Form) -> usize {
    form.priority() + of.one.priority() + of.rest
}

fn meet(a: Entries, b: Entries) -> bool {
    a == Entries::Both || b == Entries::Both || a == b
}

fn length(name: &HostName) -> usize {
    match name {
        HostName::Exact(name) => name.len(),
        HostName::Wildcard(rest) => rest.len() + 2,
        HostName::Regex(_) | HostName::CatchAll => 0,
    }
}

/// A request may be for both. In an HTTPRoute `*` is one or more labels (traefik: buildHostRule).
pub(crate) fn share(a: &[HostName], b: &[HostName]) -> bool {
    a.iter().any(|a| b.iter().any(|b| shares(a, b)))
}

fn shares(a: &HostName, b: &HostName) -> bool {
    let below = |name: &str, rest: &str| name.strip_suffix(rest).is_some_and(|start| start.ends_with('.'));
    match (a, b) {
        (HostName::CatchAll | HostName::Regex(_), _) | (_, HostName::CatchAll | HostName::Regex(_)) => true,
        (HostName::Exact(a), HostName::Exact(b)) => a == b,
        (HostName::Wildcard(rest), HostName::Exact(name)) | (HostName::Exact(name), HostName::Wildcard(rest)) => {
            below(name, rest)
        }
        (HostName::Wildcard(a), HostName::Wildcard(b)) => a == b || below(a, b) || below(b, a),
    }
}
