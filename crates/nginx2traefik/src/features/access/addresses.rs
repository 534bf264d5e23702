//! Lists of addresses and networks.
use ipnet::IpNet;
use std::net::IpAddr;

/// Reads a list as ingress-nginx does: entries between commas, spaces around them, single addresses allowed, host bits
/// dropped. One bad entry, also an empty one, makes all of it invalid; the entry is the error.
///
/// ingress-nginx, internal/net/ipnet.go.
pub fn parse_addresses(value: &str) -> Result<Vec<IpNet>, String> {
    let mut networks = Vec::new();
    for entry in value.split(',').map(str::trim) {
        let network = parse_address(entry).ok_or_else(|| entry.to_string())?;
        if !networks.contains(&network) {
            networks.push(network);
        }
    }
    networks.sort();
    Ok(networks)
}

/// One address or network.
pub fn parse_address(entry: &str) -> Option<IpNet> {
    if entry.contains('/') {
        return entry.parse::<IpNet>().ok().map(|n| n.trunc());
    }
    entry.parse::<IpAddr>().ok().map(IpNet::from)
}

/// Whether an address is in one of the networks. An IPv4 address written as IPv6 counts as IPv4, as nginx has it.
pub fn contains(networks: &[IpNet], address: IpAddr) -> bool {
    let address = address.to_canonical();
    networks.iter().any(|n| n.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(list: &str, address: &str) -> bool {
        contains(&parse_addresses(list).unwrap(), address.parse().unwrap())
    }

    #[test]
    fn addresses_networks_and_spaces() {
        let list = " 198.51.100.77/24 , 203.0.113.9,2001:db8::/32";
        assert!(inside(list, "198.51.100.1"));
        assert!(inside(list, "203.0.113.9"));
        assert!(!inside(list, "203.0.113.10"));
        assert!(inside(list, "2001:db8:1::1"));
        assert!(inside(list, "::ffff:203.0.113.9"));
    }

    #[test]
    fn one_bad_entry_spoils_the_list() {
        assert_eq!(parse_addresses("198.51.100.0/24,bad"), Err("bad".into()));
        assert_eq!(parse_addresses("198.51.100.0/24,"), Err(String::new()));
        assert_eq!(parse_addresses("127.0.0.0/33"), Err("127.0.0.0/33".into()));
    }
}
