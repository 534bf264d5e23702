//! Answers without a backend: statuses and redirects.
use super::captured;
use super::tell::{self, Unsaid};
use super::value;
use crate::features::redirect::answer::{by_regex, composed, fixed, statuses};
use crate::features::redirect::template::{self, Part};
use crate::installation::Version;
use crate::plan::{Context, Entries, LocationPlan, Middleware, Slot};
use nginx_snippet::{Effect, Guard, Intent, Pattern, Place, Subject, Template};

/// An answer of a branch: its chain on web and on websecure.
pub(super) type Chains = Vec<(Entries, Vec<Middleware>)>;

/// The status of the answer, where the branch gives one itself.
pub(super) fn status(intents: &[Intent]) -> Option<u16> {
    intents.iter().find_map(|intent| match &intent.effect {
        Effect::Answer { status, .. } | Effect::Redirect { status, .. } => Some(*status),
        Effect::Close => Some(CLOSED),
        _ => None,
    })
}

/// What stands for a closed connection, which Traefik cannot do.
const CLOSED: u16 = 403;

/// A location of one branch that gives the answer. None: it cannot be said, and that has been told.
pub(super) fn plan(context: &mut Context<'_>, when: &[Guard], intents: &[Intent]) -> Option<LocationPlan> {
    let intent = intents.iter().find(|intent| {
        matches!(
            intent.effect,
            Effect::Answer { .. } | Effect::Redirect { .. } | Effect::Close
        )
    })?;
    let chains = match chains(context, when, intent) {
        Ok(chains) => chains,
        Err(unsaid) => {
            tell::block(context, &intent.places, &unsaid);
            return None;
        }
    };
    let mut plan = LocationPlan::new(crate::plan::Target::Nothing);
    let model = plan.branches.pop()?;
    for (entries, chain) in chains {
        let mut branch = model.clone();
        branch.entries = entries;
        branch.chain = chain;
        plan.branches.push(branch);
    }
    Some(plan)
}

fn chains(context: &mut Context<'_>, when: &[Guard], intent: &Intent) -> Result<Chains, Unsaid> {
    let places = &intent.places;
    match &intent.effect {
        Effect::Close => Ok(closed(context, places)),
        Effect::Answer { status, text } => of_status(context, places, *status, text.as_ref()),
        Effect::Redirect {
            status,
            target,
            captures,
            keep_query,
        } => {
            let redirect = Redirect {
                status: *status,
                parts: parts(context, when, &filled(target, captures.as_ref()), *keep_query),
                captures: captures.as_ref().filter(|(_, pattern)| !pattern.pcre.groups.is_empty()),
            };
            redirect.chains(context, places)
        }
        _ => Ok(Vec::new()),
    }
}

fn closed(context: &mut Context<'_>, places: &[Place]) -> Chains {
    let message = "Traefik cannot close a connection without an answer";
    tell::warn(context, places, message, &["403 is answered instead"]);
    vec![(Entries::Both, vec![Middleware::answer(CLOSED)])]
}

/// Statuses that Go has a name for: Traefik refuses all others (recipes/errors).
fn has_name(status: u16) -> bool {
    matches!(status, 200..=208 | 226 | 300..=308 | 400..=418 | 421..=426 | 428 | 429 | 431 | 451 | 500..=508 | 510 | 511)
}

fn of_status(
    context: &mut Context<'_>,
    places: &[Place],
    status: u16,
    text: Option<&Template>,
) -> Result<Chains, Unsaid> {
    if !has_name(status) {
        return Err(Unsaid::new(
            format!("Traefik cannot answer {status} by itself"),
            "answer a usual status, or let the backend answer",
        ));
    }
    if let Some(text) = text.filter(|text| !text.parts.is_empty()) {
        if status < 300 && is_content(text) {
            return Err(Unsaid::new(
                "Traefik has no body of its own: it can answer the status, but not this text",
                "let a small service answer it (a ConfigMap behind any web server), or drop it",
            ));
        }
        tell::warn(
            context,
            places,
            &format!("{status} is answered with the status's name as body"),
            &["the body of the answer is the name of the status instead of the snippet's text"],
        );
    }
    Ok(vec![(Entries::Both, vec![Middleware::answer(status)])])
}

/// More than a word, which nobody reads.
fn is_content(text: &Template) -> bool {
    let word = |text: String| {
        let word = text.trim().trim_matches(['"', '\'']);
        word.len() <= 16 && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    !text.literal().is_some_and(word)
}

/// A group that the expression does not have is empty.
fn filled(target: &Template, captures: Option<&(Subject, Pattern)>) -> Template {
    let groups = captures.map_or(0, |(_, pattern)| pattern.pcre.groups.len());
    let is_there =
        |part: &&nginx_snippet::Part| !matches!(part, nginx_snippet::Part::Capture(number) if *number > groups);
    Template {
        parts: target.parts.iter().filter(is_there).cloned().collect(),
    }
}

/// The target with what is known put in; captures and variables of the request stay.
fn parts(context: &Context<'_>, when: &[Guard], target: &Template, keep_query: bool) -> Vec<Part> {
    let mut said = Vec::new();
    for part in &target.parts {
        said.push(match part {
            nginx_snippet::Part::Text(text) => Part::Text(text.clone()),
            nginx_snippet::Part::Capture(number) => Part::Capture(*number),
            nginx_snippet::Part::Variable(name) => match value::known(context, when, name) {
                Some(text) => Part::Text(text),
                None => Part::Variable(name.clone()),
            },
        });
    }
    if keep_query {
        said.push(Part::Variable("is_args".into()));
        said.push(Part::Variable("args".into()));
    }
    said
}

struct Redirect<'a> {
    status: u16,
    parts: Vec<Part>,
    captures: Option<&'a (Subject, Pattern)>,
}

impl Redirect<'_> {
    fn chains(mut self, context: &mut Context<'_>, places: &[Place]) -> Result<Chains, Unsaid> {
        let relative = matches!(self.parts.first(), Some(Part::Text(text)) if text.starts_with('/'))
            || matches!(self.parts.first(), Some(Part::Capture(_)));
        if let Some(target) = template::fixed(&self.parts, &context.host.name).filter(|_| self.one_host(context)) {
            if relative {
                let message = "the Location begins with the path";
                tell::note(
                    context,
                    places,
                    message,
                    &["Location is relative; clients make the same address of it"],
                );
            }
            return Ok(vec![(Entries::Both, fixed(Slot::Redirect, &target, self.status))]);
        }
        if relative {
            self.make_absolute();
        }
        let exact = context.exact() && context.version() >= Version::V3_7;
        let middleware = match (self.captures, exact) {
            (Some((subject, pattern)), exact) => {
                let found = captured::redirect(context, &self.parts, subject, pattern, self.status, exact)?;
                self.tell(context, places, found.1);
                return Ok(vec![(Entries::Both, vec![found.0])]);
            }
            (None, true) => composed(context, Slot::Redirect, &self.parts, self.status, true),
            (None, false) => template::redirect(&self.parts)
                .map(|pair| by_regex(Slot::Redirect, "redirect", &pair, self.permanent())),
        };
        let middleware = middleware.map_err(|variable| {
            Unsaid::new(
                format!("the target needs `${variable}`, which Traefik cannot put into a Location"),
                "name a target without it, or let the backend redirect",
            )
        })?;
        self.tell(context, places, exact);
        Ok(vec![(Entries::Both, vec![middleware])])
    }

    fn make_absolute(&mut self) {
        let front = [
            Part::Variable("scheme".into()),
            Part::Text("://".into()),
            Part::Variable("host".into()),
        ];
        self.parts.splice(0..0, front);
    }

    /// `$host` is the same for all names of the server, or the target does not name it.
    fn one_host(&self, context: &Context<'_>) -> bool {
        context.host.aliases.is_empty() || self.parts.iter().all(|part| matches!(part, Part::Text(_)))
    }

    fn permanent(&self) -> bool {
        matches!(self.status, 301 | 308)
    }

    fn tell(&self, context: &mut Context<'_>, places: &[Place], exact: bool) {
        let status = self.status;
        if exact {
            let differences = [
                "`/` and `?` written raw inside the query come back as %2F and %3F, with the same meaning",
                "`//` and dot segments in the path are cleaned before",
            ];
            return tell::note(
                context,
                places,
                "a redirect that keeps parts of the requested URL",
                &differences,
            );
        }
        let (get, other) = statuses(self.permanent());
        tell::note(
            context,
            places,
            &format!(
                "a redirect with status {status} that keeps parts of the requested URL; --exact answers {status} to every method where it can (Traefik 3.7)"
            ),
            &[
                &format!("status {get} for GET and {other} for other methods instead of {status}"),
                "`//` and dot segments in the path are cleaned before",
            ],
        );
    }
}
