//! What Traefik has to be given for it.
use crate::effective::HostName;
use crate::features::redirect::{answer, template};
use crate::finding::Fidelity;
use crate::plan::{Branch, Condition, Context, Entries, LocationPlan, Middleware, Slot, Target};

/// Adds answers to `/` of the host in front of everything else; they belong to the host, whatever its paths are.
/// (`if ($uri = /) { return 302 <app-root>; }` in the server block: nginx.tmpl.)
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let Some(root) = context.host.app_root.as_ref() else {
        return;
    };
    let parts = template::parse(&root.value);
    let fixed = template::fixed(&parts, &context.host.name);
    if let (HostName::Exact(host), Some(target)) = (&context.host.name, fixed)
        && context.host.aliases.is_empty()
    {
        let host = host.clone();
        for (entries, scheme) in [(Entries::Web, "http"), (Entries::Websecure, "https")] {
            let location = format!("{scheme}://{host}{target}");
            add(plan, entries, answer::fixed(Slot::Redirect, &location, 302));
        }
        return;
    }
    by_regex(context, plan, &root.value);
}

fn by_regex(context: &mut Context<'_>, plan: &mut LocationPlan, root: &str) {
    let Some(setting) = context.host.app_root.as_ref() else {
        return;
    };
    let parts = template::parse(&format!("$scheme://$host{root}"));
    let finding = match template::redirect(&parts) {
        Ok(pair) => {
            let redirect = answer::by_regex(Slot::Redirect, "app-root", &pair, false);
            add(plan, Entries::Both, vec![redirect]);
            context
                .note("app-root", &setting.origin, format!("`/` leads to `{root}`"))
                .fidelity(Fidelity::Approximate)
                .nginx("answers 302 to every method")
                .traefik("redirectRegex answers 302 to GET and 307 to every other method")
                .difference("status 307 instead of 302 for methods other than GET")
        }
        Err(variable) => context
            .blocking(
                "app-root",
                &setting.origin,
                format!("app-root needs nginx's `${variable}`, which Traefik cannot put into a Location"),
            )
            .help("name a path without it"),
    };
    context.tell(finding);
}

fn add(plan: &mut LocationPlan, entries: Entries, chain: Vec<Middleware>) {
    let branch = Branch {
        conditions: vec![Condition::Path("/".into())],
        entries,
        chain,
        target: Target::Nothing,
        answers: true,
    };
    plan.branches.insert(0, branch);
}
