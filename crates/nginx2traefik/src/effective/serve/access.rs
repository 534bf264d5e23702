//! Who may come in: addresses, then a password, then the auth server.
use super::exchange::Exchange;
use super::{auth, client};
use crate::features::access::addresses::contains;

/// What becomes of the request.
pub(super) enum Verdict {
    /// It goes on to the backend.
    Pass,
    /// nginx answers with this status.
    Status(u16),
    /// Depends on what the model does not know.
    Unknown(String),
}

/// What one of the three says.
pub(super) enum Opinion {
    /// It has nothing to say: not configured, or (of a list) no entry matches.
    None,
    /// Let in.
    Yes,
    /// Not let in: 401 or 403. With `satisfy any` another may still let it in.
    No(u16),
    /// Ends the request whatever the others say.
    Fatal(u16),
    /// Depends on what the model does not know.
    Unknown(String),
}

/// nginx's access phase. (src/http/ngx_http_core_module.c, ngx_http_core_access_phase: with `satisfy any` the first yes counts, and of
/// the refusals a 401 stays.)
pub(super) fn check(exchange: &mut Exchange<'_>) -> Verdict {
    let any = exchange.settings.access.satisfy_any.is_some();
    auth::withhold_password(exchange);
    let mut refused = None;
    for ask in [addresses, auth::password, auth::server] {
        match ask(exchange) {
            Opinion::None => {}
            Opinion::Yes if any => {
                exchange.challenge = None;
                return Verdict::Pass;
            }
            Opinion::Yes => {}
            Opinion::No(status) if any => refused = refused.filter(|r| *r == 401).or(Some(status)),
            Opinion::No(status) | Opinion::Fatal(status) => return Verdict::Status(status),
            Opinion::Unknown(why) => return Verdict::Unknown(why),
        }
    }
    refused.map_or(Verdict::Pass, Verdict::Status)
}

/// `deny` lines stand before `allow` lines, the first that matches counts; an allow list ends with `deny all`.
fn addresses(exchange: &mut Exchange<'_>) -> Opinion {
    let access = &exchange.settings.access;
    let address = client::address(exchange.effective, exchange.request);
    let listed =
        |list: &[ipnet::IpNet]| address.map_or(list.iter().any(|n| n.prefix_len() == 0), |a| contains(list, a));
    if access.deny.as_ref().is_some_and(|deny| listed(&deny.value)) {
        return Opinion::No(403);
    }
    match &access.allow {
        None => Opinion::None,
        Some(allow) if listed(&allow.value) => Opinion::Yes,
        Some(_) => Opinion::No(403),
    }
}
