//! Whether a file can hold anything of ours, told from its bytes: most files of a real tree do not, and are never parsed.
use memchr::memmem;

/// Kinds that are looked into beside Ingress and IngressClass.
const KINDS: [&[u8]; 5] = [b"Service", b"Secret", b"ConfigMap", b"Gateway", b"GatewayClass"];

/// Middlewares and the like of Traefik's, that its own routes refer to.
const OF_TRAEFIK: &[u8] = b"traefik.io/";

/// Whether the bytes can hold an Ingress, an IngressClass, or an object that one may refer to. May err towards yes.
pub(super) fn relevant(bytes: &[u8]) -> bool {
    let holds = |text: &[u8]| memmem::find(bytes, text).is_some();
    holds(b"Ingress") || holds(OF_TRAEFIK) || KINDS.iter().any(|kind| is_kind(bytes, kind))
}

/// `kind: Service` in any of YAML's and JSON's ways to write it: only blanks, quotes and the colon stand before the word.
fn is_kind(bytes: &[u8], kind: &[u8]) -> bool {
    memmem::find_iter(bytes, kind).any(|at| {
        let before = bytes[..at].trim_ascii_end();
        let before = before
            .strip_suffix(b"\"")
            .or(before.strip_suffix(b"'"))
            .unwrap_or(before);
        let Some(before) = before.trim_ascii_end().strip_suffix(b":") else {
            return false;
        };
        let before = before.trim_ascii_end();
        let before = before
            .strip_suffix(b"\"")
            .or(before.strip_suffix(b"'"))
            .unwrap_or(before);
        before.ends_with(b"kind")
    })
}

#[cfg(test)]
mod tests {
    use super::relevant;

    #[test]
    fn finds_what_an_ingress_refers_to() {
        for text in [
            "kind: Ingress",
            "kind:   Service\n",
            "{\"kind\":\"Secret\"}",
            "{\"kind\" : \"ConfigMap\"}",
            "kind: 'Service'",
            "kind:\n  Service\n",
            "apiVersion: traefik.io/v1alpha1\nkind: Middleware\n",
        ] {
            assert!(relevant(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn passes_over_everything_else() {
        for text in [
            "kind: Deployment\nserviceName: Service\n",
            "kind: Role\nresources: [Secret]\n",
            "",
        ] {
            assert!(!relevant(text.as_bytes()), "{text}");
        }
    }
}
