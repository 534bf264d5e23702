//! What Traefik has to be given for it.
use crate::finding::Fidelity;
use crate::plan::{Context, LocationPlan};

/// Nothing can be given: Traefik writes these headers in its own way. Where clients come through a proxy that is believed, the
/// difference can be seen (recipes/headers: forwarded headers).
pub fn plan(context: &mut Context<'_>, _plan: &mut LocationPlan) {
    context.remark(
        "Backends do not get X-Request-ID, X-Scheme, X-Forwarded-Scheme and X-Original-Forwarded-For, which ingress-nginx adds; \
         X-Forwarded-Server comes in addition.",
    );
    let Some(setting) = context.effective.controller.get("use-forwarded-headers") else {
        return;
    };
    if setting.value != "true" {
        return;
    }
    let finding = context
        .note(
            "use-forwarded-headers",
            &setting.origin,
            "backends get the forwarded headers as Traefik writes them",
        )
        .fidelity(Fidelity::Approximate)
        .nginx("sends one address in X-Forwarded-For and X-Real-IP, and X-Forwarded-Host as Host")
        .traefik("adds to X-Forwarded-For, keeps X-Real-Ip of a proxy that it believes, and leaves Host alone")
        .help("backends that read the first address of X-Forwarded-For, or X-Forwarded-Host, need nothing")
        .difference("X-Forwarded-For holds every address on the way instead of one")
        .difference("Host is the requested one, also where a proxy sends another X-Forwarded-Host")
        .difference("no X-Scheme and X-Forwarded-Scheme; X-Forwarded-Proto says the same");
    context.tell(finding);
}
