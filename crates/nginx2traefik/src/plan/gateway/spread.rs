//! Which of several Gateways each host's listener stands in. A Gateway takes 64 listeners
//! (gateway-api:apis/v1/gateway_types.go).
use crate::plan::names::fnv1a;
use std::collections::BTreeMap;

/// Two are for the hosts that have none of their own.
const HOSTS: usize = 62;

/// The number of each host's Gateway, from 1. One more host moves nobody, but where it fills a Gateway: then half of that one's
/// hosts move into a new one, and all others stay.
pub(crate) fn spread<'a>(hosts: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, u32> {
    let hosts: Vec<(u32, &str)> = hosts.into_iter().map(|host| (mixed(host), host)).collect();
    let mut numbers = BTreeMap::new();
    place(hosts, 1, 0, &mut numbers);
    numbers
}

/// The number of a half is made of the bits that its hosts' hashes share, so that it does not depend on how the others lie.
fn place(hosts: Vec<(u32, &str)>, number: u32, depth: u32, numbers: &mut BTreeMap<String, u32>) {
    if hosts.len() <= HOSTS || depth == u32::BITS - 1 {
        numbers.extend(hosts.into_iter().map(|(_, host)| (host.to_owned(), number)));
        return;
    }
    let (stay, move_on) = hosts.into_iter().partition(|(hash, _)| hash >> depth & 1 == 0);
    place(stay, number, depth + 1, numbers);
    place(move_on, number + (1 << depth), depth + 1, numbers);
}

/// FNV's low bits alone depend on few bits of the text.
fn mixed(host: &str) -> u32 {
    let hash = fnv1a(host);
    hash ^ hash >> 15
}

#[cfg(test)]
mod tests {
    use super::{HOSTS, spread};
    use std::collections::BTreeMap;

    fn hosts(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("app-{number}.example.org")).collect()
    }

    fn numbers(hosts: &[String]) -> BTreeMap<String, u32> {
        spread(hosts.iter().map(String::as_str))
    }

    #[test]
    fn no_gateway_has_more_than_it_takes() {
        for count in [1, 62, 63, 200, 1000] {
            let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
            for number in numbers(&hosts(count)).into_values() {
                *sizes.entry(number).or_default() += 1;
            }
            assert!(sizes.values().all(|size| *size <= HOSTS), "{count}: {sizes:?}");
            assert_eq!(sizes.values().sum::<usize>(), count);
            assert!(sizes.contains_key(&1), "the first one has its plain name");
        }
    }

    #[test]
    fn one_more_host_moves_at_most_the_hosts_of_one_gateway() {
        let all = hosts(400);
        for count in 1..all.len() {
            let (before, after) = (numbers(&all[..count]), numbers(&all[..=count]));
            let moved: Vec<_> = before
                .iter()
                .filter(|(host, number)| after[*host] != **number)
                .collect();
            let from: std::collections::BTreeSet<_> = moved.iter().map(|(_, number)| **number).collect();
            assert!(from.len() <= 1, "{count}: {moved:?}");
        }
    }
}
