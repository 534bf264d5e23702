//! An example, moved into a namespace of its own: then all examples live beside each other on one API server.

/// `text` with everything that stood in the namespace `default` in `namespace`: objects with and without `metadata.namespace`,
/// references `default/name`, and names `service.default.svc`.
pub fn in_namespace(text: &str, namespace: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        if line.trim() == "namespace: default" {
            continue;
        }
        let moved = line
            .replace(" default/", &format!(" {namespace}/"))
            .replace("\"default/", &format!("\"{namespace}/"))
            .replace(".default.svc", &format!(".{namespace}.svc"));
        out += &format!("{moved}\n");
        // only the object's own metadata stands at the left edge
        if line == "metadata:" {
            out += &format!("  namespace: {namespace}\n");
        }
    }
    out
}

/// `text` with every certificate in it replaced by `authority`: whoever runs an example has the keys of an authority of his own.
pub fn with_authority(text: &str, authority: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for line in text.lines() {
        let word = line.trim();
        if word == "-----BEGIN CERTIFICATE-----" {
            inside = true;
            let indent = &line[..line.len() - line.trim_start().len()];
            for of_ours in authority.lines() {
                out += &format!("{indent}{of_ours}\n");
            }
        }
        if !inside {
            out += &format!("{line}\n");
        }
        inside = inside && word != "-----END CERTIFICATE-----";
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_of_the_namespace_default_moves() {
        let text = "metadata:\n  name: a\n  namespace: default\n  annotations:\n    x: default/keys\n    y: http://auth.default.svc/\n";
        assert_eq!(
            in_namespace(text, "n1"),
            "metadata:\n  namespace: n1\n  name: a\n  annotations:\n    x: n1/keys\n    y: http://auth.n1.svc/\n"
        );
    }

    #[test]
    fn certificates_keep_their_place() {
        let text = "data:\n  ca.crt: |\n    -----BEGIN CERTIFICATE-----\n    AAAA\n    -----END CERTIFICATE-----\n  other: x\n";
        assert_eq!(
            with_authority(
                text,
                "-----BEGIN CERTIFICATE-----\nBBBB\nCCCC\n-----END CERTIFICATE-----\n"
            ),
            "data:\n  ca.crt: |\n    -----BEGIN CERTIFICATE-----\n    BBBB\n    CCCC\n    -----END CERTIFICATE-----\n  other: x\n"
        );
    }
}
