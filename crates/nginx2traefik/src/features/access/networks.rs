//! What is left of the address space, and networks as expressions.
use ipnet::{IpNet, Ipv4Net};

/// Every address that is in none of the networks, as the fewest networks: what an ipAllowList has to let in for a deny list.
pub fn complement(denied: &[IpNet]) -> Vec<IpNet> {
    let everything = [IpNet::V4(Ipv4Net::default()), IpNet::V6(ipnet::Ipv6Net::default())];
    without(&everything, denied)
}

/// The networks less every address that is in one of the holes.
pub fn without(networks: &[IpNet], holes: &[IpNet]) -> Vec<IpNet> {
    let mut left = Vec::new();
    for network in networks {
        cut(*network, holes, &mut left);
    }
    left
}

fn cut(network: IpNet, holes: &[IpNet], left: &mut Vec<IpNet>) {
    let touching: Vec<IpNet> = holes.iter().filter(|hole| overlap(&network, hole)).copied().collect();
    if touching.is_empty() {
        left.push(network);
        return;
    }
    if touching.iter().any(|hole| hole.contains(&network)) {
        return;
    }
    // some hole is smaller than the network, so it has two halves
    if let Ok(halves) = network.subnets(network.prefix_len() + 1) {
        for half in halves {
            cut(half, &touching, left);
        }
    }
}

/// Networks of one family overlap only where one holds the other.
pub fn overlap(a: &IpNet, b: &IpNet) -> bool {
    a.contains(b) || b.contains(a)
}

/// An expression for the addresses of the IPv4 networks among these, and whether that is all of them.
pub fn pattern(networks: &[IpNet]) -> (Option<String>, bool) {
    let v4 = networks.iter().filter_map(|network| match network {
        IpNet::V4(network) => Some(v4_pattern(network)),
        IpNet::V6(_) => None,
    });
    let alternatives: Vec<String> = v4.collect();
    let all = alternatives.len() == networks.len();
    (
        (!alternatives.is_empty()).then(|| format!("({})", alternatives.join("|"))),
        all,
    )
}

fn v4_pattern(network: &Ipv4Net) -> String {
    let octets = network.network().octets();
    let last = network.broadcast().octets();
    let parts = octets.iter().zip(last).map(|(from, to)| match (*from, to) {
        (from, to) if from == to => from.to_string(),
        (0, 255) => "[0-9]+".into(),
        (from, to) => {
            let numbers: Vec<String> = (from..=to).map(|n| n.to_string()).collect();
            format!("({})", numbers.join("|"))
        }
    });
    parts.collect::<Vec<_>>().join("\\.")
}

/// Networks in which a load balancer of one's own stands: private, shared and link-local addresses.
pub fn private() -> Vec<IpNet> {
    const PRIVATE: [&str; 7] = [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    ];
    PRIVATE.iter().filter_map(|network| network.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(list: &[&str]) -> Vec<IpNet> {
        list.iter().map(|n| n.parse().unwrap()).collect()
    }

    fn text(list: &[IpNet]) -> Vec<String> {
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_a_deny_list_leaves_is_let_in_ipv6_too() {
        assert_eq!(text(&complement(&networks(&["0.0.0.0/0"]))), ["::/0"]);
        assert_eq!(
            text(&complement(&networks(&["128.0.0.0/1", "64.0.0.0/3"]))),
            ["0.0.0.0/2", "96.0.0.0/3", "::/0"]
        );
        // recipes/access: recording access/054
        assert_eq!(complement(&networks(&["198.51.100.0/24", "203.0.113.7/32"])).len(), 51);
    }

    #[test]
    fn no_address_is_on_both_sides() {
        let denied = networks(&["198.51.100.0/24", "203.0.113.7/32", "2001:db8::/32"]);
        let allowed = complement(&denied);
        for address in [
            "198.51.100.1",
            "203.0.113.7",
            "203.0.113.8",
            "2001:db8::5",
            "2001:db9::1",
        ] {
            let address: std::net::IpAddr = address.parse().unwrap();
            let inside = |list: &[IpNet]| list.iter().any(|n| n.contains(&address));
            assert_ne!(inside(&allowed), inside(&denied), "{address}");
        }
    }

    #[test]
    fn networks_as_expressions() {
        let (pattern, all) = pattern(&networks(&["198.51.100.0/24", "10.0.0.4/31", "2001:db8::/32"]));
        assert_eq!(pattern.as_deref(), Some(r"(198\.51\.100\.[0-9]+|10\.0\.0\.(4|5))"));
        assert!(!all);
    }
}
