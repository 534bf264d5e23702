use std::net::IpAddr;

use super::{Need, State};

impl State<'_> {
    /// The access phase: the status of a refusal, or why nobody knows.
    pub(super) fn access(&self) -> Result<Option<u16>, String> {
        let rules = self.nearest(&["allow", "deny"]);
        if rules.is_empty() {
            return Ok(None);
        }
        let address = self.request.address;
        let needs_address = rules.iter().any(|rule| rule.arg(0) != "all");
        if address.is_none() && needs_address && rules.first().is_some_and(|rule| rule.arg(0) != "all") {
            return Err("the client's address is not known".to_owned());
        }
        let decided = rules.iter().find(|rule| covers(rule.arg(0), address));
        let refused = decided.is_some_and(|rule| rule.name == "deny");
        if refused && self.nearest_value("satisfy") == "any" && self.authenticates() {
            return Err("satisfy any lets in who passes the authentication".to_owned());
        }
        Ok(refused.then_some(403))
    }

    fn authenticates(&self) -> bool {
        self.needs()
            .iter()
            .any(|need| matches!(need, Need::BasicAuth | Need::AuthRequest))
    }

    /// What stands before the backend and is decided elsewhere.
    pub(super) fn needs(&self) -> Vec<Need> {
        let set = |name: &str| !matches!(self.nearest_value(name), "" | "off");
        let mut needs = Vec::new();
        if set("auth_basic") {
            needs.push(Need::BasicAuth);
        }
        if set("auth_request") {
            needs.push(Need::AuthRequest);
        }
        if !self.nearest(&["limit_req", "limit_conn"]).is_empty() {
            needs.push(Need::Limit);
        }
        if set("modsecurity") {
            needs.push(Need::Firewall);
        }
        needs
    }
}

/// True if the address is in `range`: `all`, an address, or one with a prefix length.
pub(crate) fn covers(range: &str, address: Option<IpAddr>) -> bool {
    if range == "all" {
        return true;
    }
    let Some(address) = address else { return false };
    let (net, length) = match range.split_once('/') {
        Some((net, length)) => (net, length.parse::<u32>().ok()),
        None => (range, None),
    };
    match (net.parse(), address) {
        (Ok(IpAddr::V4(net)), IpAddr::V4(address)) => {
            let shift = 32u32.saturating_sub(length.unwrap_or(32));
            shift == 32 || (u32::from(net) ^ u32::from(address)) >> shift == 0
        }
        (Ok(IpAddr::V6(net)), IpAddr::V6(address)) => {
            let shift = 128u32.saturating_sub(length.unwrap_or(128));
            shift == 128 || (u128::from(net) ^ u128::from(address)) >> shift == 0
        }
        _ => false,
    }
}

/// True if nginx takes the text for an address or a network (`ngx_ptocidr`).
pub(crate) fn is_range(text: &str) -> bool {
    let (net, length) = match text.split_once('/') {
        Some((net, length)) => (net, Some(length)),
        None => (text, None),
    };
    match (net.parse(), length) {
        (Ok(IpAddr::V4(_)), Some(length)) => length.parse::<u8>().is_ok_and(|length| length <= 32),
        (Ok(IpAddr::V6(_)), Some(length)) => length.parse::<u8>().is_ok_and(|length| length <= 128),
        (net, None) => net.is_ok(),
        _ => false,
    }
}
