//! `limit_req` and `limit_conn`: the same limits as the annotations', by a zone of an http-snippet.
use super::tell::{self, Unsaid};
use crate::effective::{Setting, Settings, SnippetKind};
use crate::features::limits::zones::{NoZone, connections, request_rate};
use crate::plan::Context;
use nginx_snippet::{Effect, Intent, Place};

/// Puts the limits of a branch to those that the location has.
pub(super) fn apply(context: &mut Context<'_>, intents: &[Intent], settings: &mut Settings) {
    for intent in intents {
        let Effect::Setting { directive, args, .. } = &intent.effect else {
            continue;
        };
        let places = &intent.places;
        let result = match directive.as_str() {
            "limit_req" => rate(context, places, args, settings),
            "limit_conn" => amount(context, places, args, settings),
            "limit_req_status" => {
                settings.limits.status = status(context, places, args);
                Ok(())
            }
            "limit_conn_status" => {
                settings.limits.connections_status = status(context, places, args);
                Ok(())
            }
            _ => Ok(()),
        };
        if let Err(problem) = result {
            tell::block(context, places, &unsaid(directive, problem));
        }
    }
}

fn rate(context: &mut Context<'_>, places: &[Place], args: &[String], settings: &mut Settings) -> Result<(), NoZone> {
    let own = context.settings().limits.rps.is_some() || context.settings().limits.rpm.is_some();
    if own && is_inherited(context, places) {
        return Ok(());
    }
    let value = request_rate(context.effective, args)?;
    let (_, origin, _) = tell::at(context, places);
    settings.limits.rates.push(Setting { value, origin });
    Ok(())
}

fn amount(context: &mut Context<'_>, places: &[Place], args: &[String], settings: &mut Settings) -> Result<(), NoZone> {
    let own = context.settings().limits.connections.is_some();
    if own && is_inherited(context, places) {
        return Ok(());
    }
    let value = connections(context.effective, args)?;
    let (_, origin, _) = tell::at(context, places);
    let less = settings
        .limits
        .connections
        .as_ref()
        .is_none_or(|other| value < other.value);
    if less {
        settings.limits.connections = Some(Setting { value, origin });
    }
    Ok(())
}

/// A location with lines of its own, as the annotations write them, has none of the server's.
fn is_inherited(context: &mut Context<'_>, places: &[Place]) -> bool {
    let snippet = places.first().and_then(|place| context.effective.snippet_of(*place));
    let of_server = snippet.is_some_and(|snippet| snippet.kind == SnippetKind::Server);
    if of_server {
        let why = "the location has a limit of its own, so that the server's does not reach it";
        tell::default(context, places, why);
    }
    of_server
}

fn status(context: &Context<'_>, places: &[Place], args: &[String]) -> Option<Setting<u16>> {
    let (_, origin, _) = tell::at(context, places);
    let value = args.first()?.parse().ok()?;
    Some(Setting { value, origin })
}

fn unsaid(directive: &str, problem: NoZone) -> Unsaid {
    match problem {
        NoZone::Unknown(zone) => Unsaid::new(
            format!(
                "nothing among the inputs declares the zone `{zone}`; if nothing does, nginx refuses the whole configuration"
            ),
            format!(
                "give the controller's ConfigMap with its http-snippet (--controller-config), where `{directive}_zone` has to stand"
            ),
        ),
        NoZone::Key(key) => Unsaid::new(
            format!("its zone counts by `{key}`"),
            "write a rateLimit or inFlightReq Middleware with the sourceCriterion that comes nearest",
        ),
        NoZone::Form => Unsaid::new(
            "it is no limit as nginx writes them",
            "use the annotation limit-rps or limit-connections",
        ),
    }
}
