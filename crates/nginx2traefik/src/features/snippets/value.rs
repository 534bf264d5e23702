//! Texts with nginx's variables, as far as they are known when the objects are written.
use crate::features::upstream_vhost;
use crate::plan::{Context, Entries, LocationPlan, Middleware};
use nginx_snippet::{Guard, Part, Subject, Template, Test};

/// A text, which may be another one on each entryPoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) web: String,
    pub(super) websecure: String,
}

impl Text {
    pub(super) fn on(&self, entries: Entries) -> &str {
        match entries {
            Entries::Web => &self.web,
            Entries::Both | Entries::Websecure => &self.websecure,
        }
    }
}

/// The text for the location, where `when` holds. Err: the variable that only the request knows.
pub(super) fn text(context: &Context<'_>, when: &[Guard], template: &Template) -> Result<Text, String> {
    let of = |scheme| of_scheme(context, when, template, scheme);
    Ok(Text {
        web: of("http")?,
        websecure: of("https")?,
    })
}

fn of_scheme(context: &Context<'_>, when: &[Guard], template: &Template, scheme: &str) -> Result<String, String> {
    let mut said = String::new();
    for part in &template.parts {
        match part {
            Part::Text(text) => said.push_str(text),
            Part::Variable(name) if name == "scheme" || name == "pass_access_scheme" => said.push_str(scheme),
            Part::Variable(name) if name == "server_port" => {
                said.push_str(if scheme == "https" { "443" } else { "80" })
            }
            Part::Variable(name) if name == "https" => said.push_str(if scheme == "https" { "on" } else { "" }),
            Part::Variable(name) => said.push_str(&known(context, when, name).ok_or_else(|| format!("${name}"))?),
            Part::Capture(number) => return Err(format!("${number}")),
        }
    }
    Ok(said)
}

/// A variable whose value the location or a condition gives.
pub(super) fn known(context: &Context<'_>, when: &[Guard], name: &str) -> Option<String> {
    let subject = Subject::of_variable(name);
    let equals = when.iter().filter(|guard| guard.subject == subject && !guard.negated);
    let mut equals = equals.filter_map(|guard| match &guard.test {
        Test::Equals(text) => Some(text.clone()),
        _ => None,
    });
    if let Some(text) = equals.next() {
        return Some(text);
    }
    let of_host = ["host", "http_host", "best_http_host"].contains(&name);
    if of_host && !context.host.aliases.is_empty() {
        return None;
    }
    upstream_vhost::traefik::value(context, &format!("${{{name}}}")).ok()
}

/// Adds a Middleware to branches, one for each entryPoint where the two differ.
pub(super) fn add(
    plan: &mut LocationPlan,
    wanted: impl Fn(&crate::plan::Branch) -> bool,
    make: impl Fn(Entries, &crate::plan::Branch) -> Option<Middleware>,
) {
    let mut branches = Vec::with_capacity(plan.branches.len());
    for branch in plan.branches.drain(..) {
        if !wanted(&branch) {
            branches.push(branch);
            continue;
        }
        let of = |entries| make(entries, &branch);
        let ways = match branch.entries {
            Entries::Both if of(Entries::Web) != of(Entries::Websecure) => vec![Entries::Web, Entries::Websecure],
            other => vec![other],
        };
        for entries in ways {
            let mut one = branch.clone();
            one.chain.extend(of(entries));
            one.entries = entries;
            branches.push(one);
        }
    }
    plan.branches = branches;
}
