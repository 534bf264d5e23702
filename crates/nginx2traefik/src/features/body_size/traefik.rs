//! What Traefik has to be given for it (recipes: limits).
use super::length::longer_than;
use crate::features::backend_protocol::Protocol;
use crate::finding::Fidelity;
use crate::plan::{Branch, Condition, Context, Entries, LocationPlan, Middleware, Slot, Target};
use serde_json::json;

/// A body this large needs more than a minute on an ordinary line.
const LARGE: u64 = 64 << 20;

/// Adds its part to a location: 413 by the Content-Length before everything else, as nginx does when it has found the location; and
/// a buffer for the bodies that do not say their length.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let limit = &context.settings().body_size.max_bytes;
    let on_web = reaches_backend_on_web(context, plan);
    time_for_large_bodies(context, limit.value, on_web);
    if limit.value == 0 {
        return;
    }
    if !limit.is_written() && !context.exact() {
        return tell_default(context, limit.value);
    }
    let grpc = matches!(
        context.settings().backend_protocol.protocol.value,
        Protocol::Grpc | Protocol::Grpcs
    );
    if limit.is_written() && !grpc {
        buffer_unsaid_lengths(plan, limit.value);
    } else if !limit.is_written() {
        context.remark(
            "Where no proxy-body-size is written, a body that does not say its length (chunked) is not limited; with \
             proxy-body-size Traefik buffers such bodies to measure them.",
        );
    }
    plan.branches.insert(
        0,
        Branch {
            conditions: vec![Condition::HeaderRegexp(
                "Content-Length".into(),
                longer_than(limit.value),
            )],
            // a body that web redirects is refused where it arrives next
            entries: match on_web || context.exact() {
                true => Entries::Both,
                false => Entries::Websecure,
            },
            chain: vec![Middleware::answer(413)],
            target: Target::Nothing,
            answers: true,
        },
    );
    if grpc && limit.is_written() {
        let finding = context
            .warning(
                "proxy-body-size",
                &limit.origin,
                "gRPC messages do not say their length",
            )
            .traefik("does not limit them: buffering would break streams")
            .difference("a gRPC stream is not cut when it is larger than the limit");
        context.tell(finding);
    }
}

/// Nothing on web, neither the entryPoint nor a redirect of the location, answers every request.
fn reaches_backend_on_web(context: &Context<'_>, plan: &LocationPlan) -> bool {
    let all_of_web =
        |branch: &Branch| branch.answers && branch.conditions.is_empty() && branch.entries != Entries::Websecure;
    !context.options.installation.web.redirects_to_https && !plan.branches.iter().any(all_of_web)
}

fn buffer_unsaid_lengths(plan: &mut LocationPlan, limit: u64) {
    let spec = json!({"maxRequestBodyBytes": limit});
    let buffer = Middleware::new(Slot::Body, "body-size", "buffering", spec);
    let unsaid = Condition::HeaderRegexp("Content-Length".into(), ".".into());
    let methods = ["GET", "HEAD", "OPTIONS"].map(|m| Condition::Method(m.into()));
    let no = |condition| Condition::Not(Box::new(condition));
    let mut branches = Vec::with_capacity(plan.branches.len() * 2);
    for branch in plan.branches.drain(..) {
        if !branch.answers && branch.target != Target::Nothing {
            let mut measured = branch.clone();
            measured.conditions.push(no(unsaid.clone()));
            measured.conditions.extend(methods.iter().cloned().map(no));
            measured.chain.push(buffer.clone());
            branches.push(measured);
        }
        branches.push(branch);
    }
    plan.branches = branches;
}

fn tell_default(context: &mut Context<'_>, limit: u64) {
    let origin = &context.settings().body_size.max_bytes.origin;
    let finding = context
        .note("proxy-body-size", origin, "request bodies are not limited any more")
        .fidelity(Fidelity::Approximate)
        .nginx(format!(
            "refuses bodies over {limit} bytes with 413 unless proxy-body-size says otherwise"
        ))
        .traefik("passes bodies of any size")
        .help("write proxy-body-size, or use --exact, to keep the limit")
        .difference(format!(
            "a body over {limit} bytes reaches the backend instead of a 413"
        ));
    context.tell(finding);
}

/// An entryPoint reads a whole request within `readTimeout`, 60 seconds by default; nginx has no such limit, only one between
/// two reads.
fn time_for_large_bodies(context: &mut Context<'_>, limit: u64, on_web: bool) {
    if limit != 0 && limit < LARGE {
        return;
    }
    let installation = &context.options.installation;
    let web = on_web.then_some(&installation.web);
    for point in web.into_iter().chain([&installation.websecure]) {
        if installation.given && (point.read_timeout == 0 || point.read_timeout >= 600) {
            continue;
        }
        let key = format!("entryPoints.{}.transport.respondingTimeouts.readTimeout", point.name);
        context.require(
            &key,
            json!(0),
            "A large upload takes longer than the 60 seconds that Traefik allows by default.",
        );
    }
}
