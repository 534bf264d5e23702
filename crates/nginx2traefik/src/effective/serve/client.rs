//! Who asks: the address that access lists and limits see (`$remote_addr`).
use crate::effective::check::parse_cidrs;
use crate::effective::{Effective, Request};
use crate::features::access::addresses::contains;
use ipnet::IpNet;
use std::net::IpAddr;

/// The client's address. Behind trusted proxies it is the last address of X-Forwarded-For that is no trusted proxy's, or the first of
/// all. (nginx.tmpl:77-92, real_ip_recursive on; nginx, ngx_http_get_forwarded_addr)
pub(super) fn address(effective: &Effective, request: &Request) -> Option<IpAddr> {
    let controller = &effective.controller;
    let believes =
        controller.bool("use-forwarded-headers", false).value || controller.bool("enable-real-ip", false).value;
    let header = controller.text("forwarded-for-header", "X-Forwarded-For");
    let Some(forwarded) = request.header(&header.value).filter(|_| believes) else {
        return request.address;
    };
    let trusted = parse_cidrs(&controller.text("proxy-real-ip-cidr", "0.0.0.0/0").value).unwrap_or_default();
    last_untrusted(request.address, forwarded, &trusted)
}

fn last_untrusted(peer: Option<IpAddr>, forwarded: &str, trusted: &[IpNet]) -> Option<IpAddr> {
    let everyone = trusted.iter().any(|n| n.prefix_len() == 0);
    let is_trusted = |address: Option<IpAddr>| address.map_or(everyone, |a| contains(trusted, a));
    let mut address = peer;
    for entry in forwarded.rsplit(',').map(str::trim).filter(|e| !e.is_empty()) {
        if !is_trusted(address) {
            break;
        }
        let Some(next) = parse(entry) else {
            break;
        };
        address = Some(next);
    }
    address
}

/// An address, perhaps with a port.
fn parse(entry: &str) -> Option<IpAddr> {
    let with_port = || Some(entry.parse::<std::net::SocketAddr>().ok()?.ip());
    entry.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &str, trusted: &str) -> String {
        let trusted = parse_cidrs(trusted).unwrap();
        let address = last_untrusted(peer.parse().ok(), forwarded, &trusted);
        address.unwrap().to_string()
    }

    #[test]
    fn the_last_address_that_is_no_proxy() {
        assert_eq!(client("127.0.0.1", "1.2.3.4, 5.6.7.8", "0.0.0.0/0"), "1.2.3.4");
        assert_eq!(client("10.0.0.1", "1.2.3.4, 5.6.7.8", "10.0.0.0/8"), "5.6.7.8");
        assert_eq!(client("10.0.0.1", "1.2.3.4, 10.9.9.9", "10.0.0.0/8"), "1.2.3.4");
        assert_eq!(client("192.0.2.1", "1.2.3.4", "10.0.0.0/8"), "192.0.2.1");
        assert_eq!(client("10.0.0.1", "junk, 10.9.9.9:80", "10.0.0.0/8"), "10.9.9.9");
    }
}
