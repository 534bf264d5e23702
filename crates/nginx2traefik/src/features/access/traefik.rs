//! What Traefik has to be given for it (recipes: access).
use super::Access;
use super::client::{Client, has_forwarded};
use super::networks::{complement, without};
use crate::effective::Origin;
use crate::finding::Fidelity;
use crate::plan::{Branch, Condition, Context, LocationPlan, Middleware, Slot};
use ipnet::IpNet;
use serde_json::{Value, json};

/// Adds its part to a location. Authentication has been added before, so that `satisfy: any` can take it out again.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let access = &context.settings().access;
    let Some(allowed) = allowed(access) else {
        return;
    };
    let client = Client::of(context);
    if access.satisfy_any.is_some() && plan.branches.iter().any(authenticates) {
        return any_of_both(context, plan, access, client, &allowed);
    }
    if is_everybody(&allowed) {
        return;
    }
    client.remark(context);
    match client {
        Client::Peer => plan.before_backend(&list(client, "allow", &allowed)),
        Client::Forwarded { .. } => {
            let direct = list(Client::Peer, "allow-direct", &client.direct(&allowed));
            let forwarded = list(client, "allow", &allowed);
            plan.split(&has_forwarded(), |branch| branch.chain.push(forwarded.clone()));
            for branch in plan.branches.iter_mut().filter(|b| !b.answers) {
                if !branch.conditions.contains(&has_forwarded()) {
                    branch.chain.push(direct.clone());
                }
            }
        }
    }
}

/// Whom the lists refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outside {
    /// There is no list, or everybody is on it.
    Nobody,
    /// Requests for which all of this holds.
    When(Vec<Condition>),
    /// It cannot be said as conditions.
    Unsaid,
}

/// Whom the lists of the location refuse.
pub(crate) fn outside(context: &Context<'_>) -> Outside {
    let Some(allowed) = allowed(&context.settings().access) else {
        return Outside::Nobody;
    };
    if is_everybody(&allowed) {
        return Outside::Nobody;
    }
    if allowed.is_empty() {
        return Outside::When(Vec::new());
    }
    let (ways, all) = Client::of(context).within(&allowed);
    if !all {
        return Outside::Unsaid;
    }
    let not = |condition: Condition| match condition {
        Condition::Not(inner) => *inner,
        other => Condition::Not(Box::new(other)),
    };
    let refused = |mut way: Vec<Condition>| match way.len() {
        1 => not(way.remove(0)),
        _ => Condition::Any(way.into_iter().map(not).collect()),
    };
    Outside::When(ways.into_iter().map(refused).collect())
}

fn is_everybody(allowed: &[IpNet]) -> bool {
    allowed.iter().filter(|network| network.prefix_len() == 0).count() == 2
}

/// Who may come in; none where there is no list. nginx reads deny lines first.
fn allowed(access: &Access) -> Option<Vec<IpNet>> {
    let deny = access.deny.as_ref().map(|s| s.value.as_slice());
    match (access.allow.as_ref().map(|s| s.value.as_slice()), deny) {
        (None, None) => None,
        (None, Some(deny)) => Some(complement(deny)),
        (Some(allow), deny) => Some(without(allow, deny.unwrap_or_default())),
    }
}

fn list(client: Client, purpose: &str, networks: &[IpNet]) -> Middleware {
    let mut spec = json!({"sourceRange": ranges(networks)});
    if let Some(strategy) = client.strategy() {
        spec["ipStrategy"] = strategy;
    }
    Middleware::new(Slot::Access, purpose, "ipAllowList", spec)
}

/// An empty list would let nobody in under nginx, and is refused by Traefik: an address that no client has stands for it.
fn ranges(networks: &[IpNet]) -> Value {
    if networks.is_empty() {
        return json!(["255.255.255.255/32"]);
    }
    networks.iter().map(|network| json!(network.to_string())).collect()
}

fn authenticates(branch: &Branch) -> bool {
    !branch.answers && branch.chain.iter().any(|m| is_authentication(m.slot))
}

fn is_authentication(slot: Slot) -> bool {
    matches!(slot, Slot::ExternalAuth | Slot::BasicAuth)
}

/// `satisfy: any`: an address on the list comes in without logging in, everybody else has to. A deny list alone lets nobody in
/// without logging in (recording access/068).
fn any_of_both(context: &mut Context<'_>, plan: &mut LocationPlan, access: &Access, client: Client, allowed: &[IpNet]) {
    let settings = context.settings();
    if settings.basic_auth.is_some() && settings.external_auth.is_some() {
        return block_two_logins(context, access);
    }
    let Some(allow) = access.allow.as_ref() else {
        return;
    };
    client.remark(context);
    let (ways, all) = client.within(allowed);
    let guard = list(client, "allow", allowed);
    let clear = json!({"customRequestHeaders": {"Authorization": ""}});
    let clear = Middleware::new(Slot::RequestHeaders, "no-authorization", "headers", clear);
    let basic = settings.basic_auth.is_some();
    let mut branches = Vec::new();
    for branch in plan.branches.drain(..) {
        for way in ways.iter().filter(|_| !branch.answers) {
            let mut free = branch.clone();
            free.conditions.extend(way.iter().cloned());
            free.chain.retain(|m| !is_authentication(m.slot));
            if way.len() == 1 && client != Client::Peer {
                free.chain.push(guard.clone());
            }
            free.chain.extend(basic.then(|| clear.clone()));
            branches.push(free);
        }
        branches.push(branch);
    }
    plan.branches = branches;
    if !all {
        tell_unsaid(context, &allow.origin);
    }
}

fn tell_unsaid(context: &mut Context<'_>, origin: &Origin) {
    let finding = context
        .warning(
            "satisfy",
            origin,
            "IPv6 networks of the list cannot be matched in X-Forwarded-For",
        )
        .fidelity(Fidelity::Approximate)
        .nginx("lets their clients in without logging in")
        .traefik("asks them to log in")
        .difference("clients of the list's IPv6 networks have to log in");
    context.tell(finding);
}

fn block_two_logins(context: &mut Context<'_>, access: &Access) {
    let Some(any) = access.satisfy_any.as_ref() else {
        return;
    };
    let finding = context
        .blocking(
            "satisfy",
            &any.origin,
            "`satisfy: any` with both a password and auth-url",
        )
        .nginx("lets in whoever passes one of them")
        .traefik("can only ask for both")
        .help("leave one of auth-type and auth-url, or split the Ingress");
    context.tell(finding);
}
