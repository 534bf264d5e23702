//! Whether an address is on a list.
use ipnet::IpNet;
use std::net::IpAddr;

/// Whether an address is in one of the networks. An IPv4 address written as IPv6 counts as IPv4, as nginx has it.
pub fn contains(networks: &[IpNet], address: IpAddr) -> bool {
    let address = address.to_canonical();
    networks.iter().any(|n| n.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effective::check::parse_cidrs;

    fn inside(list: &str, address: &str) -> bool {
        contains(&parse_cidrs(list).unwrap(), address.parse().unwrap())
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
        for list in ["198.51.100.0/24,bad", "198.51.100.0/24,", "127.0.0.0/33"] {
            assert_eq!(parse_cidrs(list), None, "{list}");
        }
    }
}
