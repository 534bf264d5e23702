//! Which texts can hold an object that matters: a look at the words behind `kind`, before anything is parsed.

const KINDS: &[&str] = &[
    "Ingress",
    "IngressClass",
    "Service",
    "Secret",
    "ConfigMap",
    "Gateway",
    "GatewayClass",
];

/// Traefik's own.
const TRAEFIK: &[&str] = &[
    "IngressRoute",
    "IngressRouteTCP",
    "Middleware",
    "TraefikService",
    "ServersTransport",
    "TLSOption",
    "TLSStore",
];

/// This kind is read (lists of it, too), and it is one of Traefik's.
pub(super) fn is_traefik(kind: &str) -> bool {
    TRAEFIK.contains(&kind.strip_suffix("List").unwrap_or(kind))
}

/// Some `kind` in the text may be one of Traefik's.
pub(super) fn may_be_traefik(text: &str) -> bool {
    words_behind_kind(text).any(|word| word.is_empty() || is_traefik(word))
}

/// This kind is read (lists of it, and `List`, too).
pub(super) fn is_read(kind: &str) -> bool {
    KINDS.contains(&kind.strip_suffix("List").unwrap_or(kind)) || kind == "List"
}

/// Some `kind` in the text may be one that is read. False only where every `kind` is a plain word of another kind.
pub(super) fn may_matter(text: &str) -> bool {
    // an anchor, an alias, a tag, a template: anything may stand there
    words_behind_kind(text).any(|word| word.is_empty() || is_read(word))
}

/// Some `kind` in the text may be a Secret.
pub(super) fn may_hold_secret(text: &str) -> bool {
    words_behind_kind(text).any(|word| word.is_empty() || word.starts_with("Secret"))
}

/// The plain words behind each `kind:`; empty where something else stands there.
fn words_behind_kind(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("kind").filter_map(|(at, key)| {
        let rest = text[at + key.len()..]
            .trim_start_matches(['"', '\''])
            .trim_start_matches([' ', '\t']);
        let value = rest.strip_prefix(':')?;
        let value = value.trim_start_matches([' ', '\t']).trim_start_matches(['"', '\'']);
        let end = value.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(value.len());
        Some(&value[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::may_matter;

    #[test]
    fn only_texts_with_these_kinds_are_parsed() {
        let read = [
            "kind: Ingress",
            "kind: \"Service\"",
            "{\"kind\":\"List\"}",
            "kind: *k",
            "  kind:   Secret",
        ];
        assert!(read.iter().all(|text| may_matter(text)));
        let unread = [
            "kind: Deployment\nname: Ingress",
            "kinds: Ingress",
            "# no object at all",
            "kind: Servicemonitor",
        ];
        assert!(!unread.iter().any(|text| may_matter(text)));
    }
}
