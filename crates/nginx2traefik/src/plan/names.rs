//! Names of new objects: readable, DNS labels, and different after Traefik's normalisation.
use crate::model::Manifests;
use std::collections::BTreeSet;

/// Longest name of an object that is used as a label anywhere.
const LONGEST: usize = 63;

/// Names that are taken.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Kind and [`reference`].
    taken: BTreeSet<(String, String)>,
}

impl Names {
    /// The names of the objects among the inputs.
    pub(crate) fn of_inputs(manifests: &Manifests) -> Self {
        let mut names = Names::default();
        let services = manifests.services.iter().map(|s| ("Service", &s.namespace, &s.name));
        let secrets = manifests.secrets.iter().map(|s| ("Secret", &s.namespace, &s.name));
        let routes = manifests.ingresses.iter().filter_map(|route| {
            let kind = route.route.as_ref()?.kind.name();
            Some((kind, &route.namespace, &route.name.value))
        });
        let of_traefik = manifests.traefik.iter().map(|o| (o.kind, &o.namespace, &o.name));
        let maps = manifests
            .config_maps
            .iter()
            .map(|m| ("ConfigMap", &m.namespace, &m.name));
        for (kind, namespace, name) in services.chain(secrets).chain(maps).chain(routes).chain(of_traefik) {
            names.taken.insert((kind.into(), reference(namespace, name)));
        }
        names
    }

    /// A free name that is as near to `wanted` as can be.
    pub(crate) fn take(&mut self, kind: &str, namespace: &str, wanted: &str) -> String {
        let base = label(wanted);
        for number in 1_u32.. {
            let name = match number {
                1 => base.clone(),
                _ => shorten(&format!("{base}-{number}")),
            };
            if self.taken.insert((kind.into(), reference(namespace, &name))) {
                return name;
            }
        }
        base
    }
}

/// How Traefik knows the object: `<namespace>-<name>` with every run of other characters than letters and digits as one `-`
/// (traefik:pkg/provider/configuration.go:126-132 Normalize). Different objects can have one reference.
pub(crate) fn reference(namespace: &str, name: &str) -> String {
    let joined = format!("{namespace}-{name}");
    let words = joined
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// `text` as a DNS label.
pub(crate) fn label(text: &str) -> String {
    let text = text.to_lowercase().replace('*', "wildcard");
    let words = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join("-");
    shorten(if joined.is_empty() { "n2t" } else { &joined })
}

/// Names that are too long keep their beginning and end in a hash of the whole.
fn shorten(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let hash = format!("{:08x}", fnv1a(name));
    let kept = name[..LONGEST - hash.len() - 1].trim_end_matches('-');
    format!("{kept}-{hash}")
}

/// FNV-1a, 32 bits: stable over releases and machines, which the standard library's hashers do not promise.
pub(crate) fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_traefik_would_take_for_one_are_kept_apart() {
        let mut names = Names::default();
        assert_eq!(names.take("Middleware", "a-b", "c"), "c");
        assert_eq!(names.take("Middleware", "a", "b-c"), "b-c-2");
        assert_eq!(names.take("Secret", "a", "b-c"), "b-c");
    }

    #[test]
    fn hosts_and_dotted_names_become_labels() {
        let mut names = Names::default();
        assert_eq!(
            names.take("IngressRoute", "x", "*.shop.example.org"),
            "wildcard-shop-example-org"
        );
        assert_eq!(names.take("IngressRoute", "x", "Shop_v1.2"), "shop-v1-2");
    }

    #[test]
    fn long_names_keep_their_beginning_and_stay_different() {
        let mut names = Names::default();
        let long = "a".repeat(70);
        let one = names.take("Middleware", "x", &format!("{long}-cors"));
        let two = names.take("Middleware", "x", &format!("{long}-auth"));
        assert!(one.len() <= 63 && two.len() <= 63 && one != two);
        assert!(one.starts_with("aaaaaaaa"));
    }
}
