//! What Traefik has to be given for it.
use crate::finding::Fidelity;
use crate::plan::{Context, LocationPlan};

/// Traefik passes requests and answers on as they come: nothing to add.
pub fn plan(context: &mut Context<'_>, _plan: &mut LocationPlan) {
    let buffering = &context.settings().buffering;
    for size in &buffering.sizes {
        let (key, _) = &size.value;
        let finding = context
            .note(
                key,
                &size.origin,
                format!("`{key}` has no meaning in Traefik and is left out"),
            )
            .nginx("sizes the buffers between client and backend")
            .traefik("passes data on as it comes, without buffers to size");
        context.tell(finding);
    }
    if buffering.response.value && buffering.response.is_written() {
        let finding = context
            .note(
                "proxy-buffering",
                &buffering.response.origin,
                "answers are not buffered any more",
            )
            .fidelity(Fidelity::Exact)
            .nginx("takes an answer from the backend as fast as it can and keeps it for slow clients")
            .traefik("passes an answer on as fast as the client takes it");
        context.tell(finding);
    }
}
