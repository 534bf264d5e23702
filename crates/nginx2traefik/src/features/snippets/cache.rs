//! `proxy_cache`: nginx keeps an answer only while it writes it into a buffer, and ingress-nginx has buffering off.
use super::tell::{self, Unsaid};
use crate::plan::Context;
use nginx_snippet::{Effect, Intent, Place};

/// Tells what becomes of one directive of a cache.
pub(super) fn tell(context: &mut Context<'_>, places: &[Place], directive: &str, intents: &[Intent]) {
    if let Some(why) = kept(context, intents) {
        let unsaid = Unsaid::new(
            format!("Traefik has no cache in its free form, and answers are kept today: {why}"),
            "a cache in front of Traefik or in the backend",
        );
        return tell::block(context, places, &unsaid);
    }
    if directive != "proxy_cache" {
        return tell::default(context, places, "nothing is cached today");
    }
    tell::note(
        context,
        places,
        "nothing is cached today: with proxy-buffering off, as it is by default, nginx keeps no answer, unless the backend asks for it \
         by X-Accel-Buffering: yes",
        &[
            "the backend gets HEAD, conditional and Range requests as clients send them, where nginx asks it for the whole answer",
        ],
    );
}

/// Why something gets into the cache. With buffering off the entry is thrown away before the body is read (nginx 1.27.1,
/// src/http/ngx_http_upstream.c:3072-3080); statuses of errors are kept in memory all the same (2637-2652, 4603-4617).
fn kept(context: &Context<'_>, intents: &[Intent]) -> Option<&'static str> {
    let settings = context.settings();
    let valid =
        |intent: &Intent| matches!(&intent.effect, Effect::Cached { directive } if directive == "proxy_cache_valid");
    let intercepts = |intent: &Intent| intent.effect == Effect::InterceptErrors;
    match () {
        () if settings.buffering.response.value => Some("proxy-buffering is on"),
        () if intents.iter().any(valid) => Some("proxy_cache_valid keeps errors, too"),
        () if settings.errors.codes.is_some() || intents.iter().any(intercepts) => {
            Some("errors that are intercepted are kept")
        }
        () => None,
    }
}
