//! Directives that mean the same as an annotation: they change the location's settings, and the plan does not know from where.
use super::limits;
use super::tell::{self, Unsaid};
use crate::effective::{Setting, Settings};
use crate::features::access::networks::{complement, without};
use crate::plan::Context;
use ipnet::IpNet;
use nginx_snippet::{Branch, Effect, Place};
use std::net::IpAddr;

/// The location's settings as they are in this branch.
pub(super) fn of_branch(context: &mut Context<'_>, branch: &Branch) -> Settings {
    let mut settings = context.settings().clone();
    if branch.stops {
        // what the template writes behind the snippet does not run any more
        settings.redirect = None;
        settings.rewrite.target = None;
    }
    for intent in &branch.intents {
        match &intent.effect {
            Effect::Access { rules } => access(context, &intent.places, rules, &mut settings),
            Effect::Setting { directive, args, .. } if directive == "satisfy" => {
                let (_, origin, _) = tell::at(context, &intent.places);
                let any = args.first().is_some_and(|arg| arg == "any");
                settings.access.satisfy_any = any.then_some(Setting { value: (), origin });
            }
            _ => {}
        }
    }
    limits::apply(context, &branch.intents, &mut settings);
    settings
}

/// `allow` and `deny` in their order, behind those that ingress-nginx writes for its own lists.
fn access(context: &mut Context<'_>, places: &[Place], rules: &[(bool, String)], settings: &mut Settings) {
    let mut all = own_rules(settings);
    for (allow, text) in rules {
        match networks(text) {
            Some(list) => all.extend(list.into_iter().map(|network| (*allow, network))),
            None => {
                let unsaid = Unsaid::new(
                    format!("`{text}` is neither an address nor a network"),
                    "write addresses and networks only",
                );
                return tell::block(context, places, &unsaid);
            }
        }
    }
    if settings.access.satisfy_any.is_some() && (settings.basic_auth.is_some() || settings.external_auth.is_some()) {
        let unsaid = Unsaid::new(
            "allow and deny beside `satisfy any` and a login",
            "write the networks as allowlist-source-range, which is converted",
        );
        return tell::block(context, places, &unsaid);
    }
    let (_, origin, _) = tell::at(context, places);
    settings.access.allow = Some(Setting {
        value: admitted(&all),
        origin,
    });
    settings.access.deny = None;
}

/// The lines that the template writes for the annotations, deny lines first.
fn own_rules(settings: &Settings) -> Vec<(bool, IpNet)> {
    let mut rules = Vec::new();
    let deny = settings.access.deny.as_ref();
    rules.extend(deny.iter().flat_map(|s| &s.value).map(|network| (false, *network)));
    if let Some(allow) = &settings.access.allow {
        rules.extend(allow.value.iter().map(|network| (true, *network)));
        rules.extend(everybody().into_iter().map(|network| (false, network)));
    }
    rules
}

/// Who comes in: the first line that covers an address decides, and none lets it in.
fn admitted(rules: &[(bool, IpNet)]) -> Vec<IpNet> {
    let mut left = everybody();
    let mut admitted = Vec::new();
    for (allow, network) in rules {
        if *allow {
            let outside = complement(&[*network]);
            admitted.extend(without(&left, &outside));
        }
        left = without(&left, &[*network]);
    }
    admitted.extend(left);
    admitted
}

fn everybody() -> Vec<IpNet> {
    complement(&[])
}

fn networks(text: &str) -> Option<Vec<IpNet>> {
    if text == "all" {
        return Some(everybody());
    }
    let network = text.parse::<IpNet>().map(|network| network.trunc()).ok();
    let address = text.parse::<IpAddr>().ok().map(IpNet::from);
    network.or(address).map(|network| vec![network])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(rules: &[(bool, &str)]) -> Vec<String> {
        let rules: Vec<_> = rules
            .iter()
            .flat_map(|(allow, text)| networks(text).unwrap().into_iter().map(|network| (*allow, network)))
            .collect();
        admitted(&rules).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_first_line_that_covers_an_address_decides() {
        assert_eq!(text(&[(true, "10.0.0.0/8"), (false, "all")]), ["10.0.0.0/8"]);
        assert_eq!(
            text(&[(false, "10.0.0.0/9"), (true, "10.0.0.0/8"), (false, "all")]),
            ["10.128.0.0/9"]
        );
        assert_eq!(text(&[(false, "all"), (true, "10.0.0.1")]), Vec::<String>::new());
        assert_eq!(text(&[(true, "10.0.0.1")]).last().map(String::as_str), Some("::/0"));
    }
}
