//! When a branch applies, as conditions of a router.
use super::path::{self, Paths};
use super::query::{not, of_cookie, of_header, of_parameter, of_query};
use super::tell::Unsaid;
use crate::effective::HostName;
use crate::features::access::client::Client;
use crate::plan::{Condition, Context, Entries};
use nginx_snippet::{Branch, Guard, Place, RequestFacts, Subject, Test};

/// Conditions beside host and path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct When {
    pub(super) conditions: Vec<Condition>,
    pub(super) entries: Entries,
    /// What a condition of Traefik's does not see.
    pub(super) lost: Vec<(Place, String)>,
    /// Conditions about a parameter of the query, by name.
    pub(super) parameters: Vec<(Place, String)>,
}

impl When {
    /// For every request.
    pub(super) fn always() -> Self {
        When {
            conditions: Vec::new(),
            entries: Entries::Both,
            lost: Vec::new(),
            parameters: Vec::new(),
        }
    }
}

/// When the branch applies, once the earlier ones did not; none if it never does.
pub(super) fn when(context: &Context<'_>, paths: Paths<'_>, branch: &Branch) -> Result<Option<When>, (Place, Unsaid)> {
    let mut when = When::always();
    // what must not be has been caught by the branches before
    for guard in branch.positive() {
        match decide(context, paths, guard) {
            Some(false) => return Ok(None),
            Some(true) => continue,
            None => {}
        }
        if let (Subject::Scheme, Test::Equals(scheme)) = (&guard.subject, &guard.test) {
            let Some(entries) = meet(when.entries, on(scheme)) else {
                return Ok(None);
            };
            when.entries = entries;
            continue;
        }
        let (condition, lost) = condition(context, guard).map_err(|unsaid| (guard.place, unsaid))?;
        if let Subject::Arg(name) = &guard.subject {
            when.parameters.push((guard.place, name.clone()));
        }
        when.conditions.push(condition);
        when.lost.extend(lost.map(|lost| (guard.place, lost)));
    }
    Ok(Some(when))
}

fn on(scheme: &str) -> Entries {
    if scheme == "http" {
        Entries::Web
    } else {
        Entries::Websecure
    }
}

/// EntryPoints that both are on.
pub(super) fn meet(a: Entries, b: Entries) -> Option<Entries> {
    match (a, b) {
        (Entries::Both, other) | (other, Entries::Both) => Some(other),
        (a, b) => (a == b).then_some(a),
    }
}

/// Whether it holds for every request of the location, or for none.
fn decide(context: &Context<'_>, paths: Paths<'_>, guard: &Guard) -> Option<bool> {
    match &guard.subject {
        Subject::Path => paths.decide(guard),
        Subject::Host => {
            let answers: Vec<bool> = names(context)?
                .iter()
                .filter_map(|name| holds_for(guard, name))
                .collect();
            let first = *answers.first()?;
            answers.iter().all(|answer| *answer == first).then_some(first)
        }
        Subject::Header(name) if name == "host" => decide(
            context,
            paths,
            &Guard {
                subject: Subject::Host,
                ..guard.clone()
            },
        ),
        Subject::Method if guard.test == Test::Truthy => Some(!guard.negated),
        Subject::Scheme => match &guard.test {
            Test::Equals(scheme) if scheme == "http" || scheme == "https" => None,
            Test::Equals(_) => Some(guard.negated),
            _ => Some(!guard.negated),
        },
        _ => None,
    }
}

fn holds_for(guard: &Guard, host: &str) -> Option<bool> {
    guard.holds(&RequestFacts::new("GET", "http", host, "/"))
}

/// The names of the server, where each is one host.
fn names<'a>(context: &Context<'a>) -> Option<Vec<&'a str>> {
    let aliases = context.host.aliases.iter().map(|alias| &alias.value);
    std::iter::once(&context.host.name)
        .chain(aliases)
        .map(|name| match name {
            HostName::Exact(name) => Some(name.as_str()),
            _ => None,
        })
        .collect()
}

type Said = (Condition, Option<String>);

fn condition(context: &Context<'_>, guard: &Guard) -> Result<Said, Unsaid> {
    let test = &guard.test;
    let exactly = |condition| (condition, None);
    match &guard.subject {
        Subject::Method => of_method(test).map(exactly),
        Subject::Host => of_host(context, guard).map(exactly),
        Subject::Header(name) if name == "host" => of_host(
            context,
            &Guard {
                subject: Subject::Host,
                ..guard.clone()
            },
        )
        .map(exactly),
        Subject::Path => path::of_path(test).map(exactly),
        Subject::RequestUri => path::of_request_uri(test),
        Subject::Query => of_query(test).map(|(condition, lost)| (condition, Some(lost))),
        Subject::Header(name) => Ok((of_header(name, test)?, forwarded(name))),
        Subject::Cookie(name) => of_cookie(name, test).map(exactly),
        Subject::Arg(name) => of_parameter(name, test).map(exactly),
        Subject::Address => of_address(context, test).map(exactly),
        Subject::Scheme | Subject::Variable(_) => Err(Unsaid::new(
            format!("Traefik cannot ask for `${}`", guard.subject.variable()),
            "write the condition without it",
        )),
    }
}

/// Traefik writes these itself before a router sees them.
fn forwarded(name: &str) -> Option<String> {
    let own = name.starts_with("x-forwarded-") && name != "x-forwarded-for" || name == "x-real-ip";
    own.then(|| format!("{name} is what Traefik makes of it, also where the client sent none"))
}

const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

fn of_method(test: &Test) -> Result<Condition, Unsaid> {
    match test {
        Test::Equals(method) => Ok(Condition::Method(method.clone())),
        Test::Matches(pattern) => {
            // a method that nobody has heard of decides whether the expression names methods or leaves some out
            if pattern.matches("N2T-UNHEARD-OF") != Ok(false) {
                return Err(Unsaid::new(
                    "it matches methods that it does not name",
                    "name the methods: if ($request_method !~ ^(GET|HEAD)$)",
                ));
            }
            let named = METHODS.iter().filter(|method| pattern.matches(method) == Ok(true));
            let mut named: Vec<_> = named.map(|method| Condition::Method((*method).to_owned())).collect();
            Ok(match named.len() {
                1 => named.remove(0),
                _ => Condition::Any(named),
            })
        }
        Test::Truthy => Ok(Condition::PathPrefix("/".into())),
    }
}

fn of_host(context: &Context<'_>, guard: &Guard) -> Result<Condition, Unsaid> {
    if let Some(names) = names(context) {
        let held = names.iter().filter(|name| holds_for(guard, name) == Some(true));
        let mut held: Vec<_> = held.map(|name| Condition::Host((*name).to_owned())).collect();
        return Ok(match held.len() {
            1 => held.remove(0),
            _ => Condition::Any(held),
        });
    }
    match &guard.test {
        Test::Equals(name) => Ok(Condition::Host(name.to_ascii_lowercase())),
        Test::Matches(pattern) => path::go(pattern).map(Condition::HostRegexp),
        Test::Truthy => Ok(Condition::PathPrefix("/".into())),
    }
}

/// The client's address, wherever it stands: in X-Forwarded-For where that is believed.
fn of_address(context: &Context<'_>, test: &Test) -> Result<Condition, Unsaid> {
    let client = Client::of(context);
    let network = match test {
        Test::Equals(address) => address.parse::<std::net::IpAddr>().map(ipnet::IpNet::from).ok(),
        Test::Matches(pattern) => octets(&pattern.source),
        Test::Truthy => return Ok(Condition::PathPrefix("/".into())),
    };
    let Some(network) = network else {
        return Err(Unsaid::new(
            "Traefik asks for networks, not for an address as a text",
            "compare with one address, or use allow and deny",
        ));
    };
    let peer = Condition::ClientIp(vec![network.to_string()]);
    if client == Client::Peer {
        return Ok(peer);
    }
    let (ways, all) = client.within(&[network]);
    if !all {
        return Err(Unsaid::new(
            "an IPv6 network cannot be asked for in X-Forwarded-For",
            "use allow and deny",
        ));
    }
    let both = |mut way: Vec<Condition>| match way.len() {
        1 => way.remove(0),
        // a and b: not (not a or not b)
        _ => not(Condition::Any(way.into_iter().map(opposite).collect())),
    };
    let mut ways: Vec<_> = ways.into_iter().map(both).collect();
    Ok(match ways.len() {
        1 => ways.remove(0),
        _ => Condition::Any(ways),
    })
}

fn opposite(condition: Condition) -> Condition {
    match condition {
        Condition::Not(inner) => *inner,
        other => not(other),
    }
}

/// `^10\.1\.` is 10.1.0.0/16.
fn octets(source: &str) -> Option<ipnet::IpNet> {
    let inner = source.strip_prefix('^')?;
    let parts: Vec<&str> = inner.strip_suffix(r"\.")?.split(r"\.").collect();
    let mut address = [0_u8; 4];
    for (at, part) in parts.iter().enumerate() {
        *address.get_mut(at)? = part.parse().ok()?;
    }
    let bits = u8::try_from(parts.len() * 8).ok().filter(|bits| *bits < 32)?;
    let network = ipnet::Ipv4Net::new(address.into(), bits).ok()?;
    Some(network.into())
}
