//! What Traefik has to be given for it (recipes: limits).
use crate::effective::Setting;
use crate::finding::{Fidelity, Finding};
use crate::plan::{Context, LocationPlan};
use serde_json::{Map, Value, json};

/// Adds its part to a location: a ServersTransport. What nobody has written is left to Traefik unless everything is to be exact.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let timeouts = &context.settings().timeouts;
    let mut fields = Map::new();
    if emitted(context, &timeouts.connect, 30) {
        fields.insert("dialTimeout".into(), seconds(timeouts.connect.value));
    }
    // Traefik waits for an answer without end, so a longer time than nginx's default needs no saying (atlas: proxy-read-timeout)
    if emitted(context, &timeouts.read, 60) {
        fields.insert("responseHeaderTimeout".into(), seconds(timeouts.read.value));
    }
    if !fields.is_empty() {
        let fields = Value::Object(fields);
        plan.each_service(|service| service.set_transport("forwardingTimeouts", fields.clone()));
    }
    tell(context);
}

/// It is written and shorter than what users of Traefik get, or everything that is written is wanted.
fn emitted(context: &Context<'_>, setting: &Setting<u64>, longest: u64) -> bool {
    setting.is_written() && (context.exact() || setting.value < longest)
}

/// 0 is no limit to Traefik and no time at all to nginx.
fn seconds(value: u64) -> Value {
    if value == 0 {
        json!("1ms")
    } else {
        json!(format!("{value}s"))
    }
}

fn tell(context: &mut Context<'_>) {
    context.remark(
        "ingress-nginx waits 5 s for a connection to a backend and 60 s between two reads (504 then) where nothing else is \
         written; Traefik waits 30 s for a connection, and for an answer without end.",
    );
    let timeouts = &context.settings().timeouts;
    if timeouts.read.is_written() {
        let finding = read(context, &timeouts.read);
        context.tell(finding);
    }
    if timeouts.send.is_written() {
        let finding = context
            .note(
                "proxy-send-timeout",
                &timeouts.send.origin,
                "Traefik has no time limit for sending a request to a backend",
            )
            .fidelity(Fidelity::Default)
            .traefik("sends for as long as the client does");
        context.tell(finding);
    }
}

fn read(context: &Context<'_>, setting: &Setting<u64>) -> Finding {
    let note = context.note("proxy-read-timeout", &setting.origin, "how long an answer may take");
    let seconds = setting.value;
    let note = note.nginx(format!(
        "answers 504 when nothing comes for {seconds} s, also inside an answer"
    ));
    match emitted(context, setting, 60) {
        true => note
            .fidelity(Fidelity::Approximate)
            .traefik(format!("answers 504 when the answer has not begun after {seconds} s"))
            .difference("an answer that has begun is never cut"),
        false => note
            .fidelity(Fidelity::Default)
            .traefik("waits for an answer without end, and never cuts one")
            .help("--exact writes a ServersTransport with this time for the beginning of an answer"),
    }
}
