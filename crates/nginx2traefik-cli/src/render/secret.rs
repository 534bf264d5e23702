//! Secrets that stand in nginx configuration: `more_set_input_headers "X-Proxy-Key: ..."` must not go into the log of a build.

/// Directives that set a header or a variable.
const DIRECTIVES: [&str; 6] = [
    "more_set_input_headers",
    "more_set_headers",
    "proxy_set_header",
    "add_header",
    "auth_request_set",
    "set $",
];
/// Words in the name of a header or variable whose value is nobody's business.
const WORDS: [&str; 7] = [
    "key",
    "token",
    "secret",
    "passw",
    "authorization",
    "credential",
    "cookie",
];

/// The line with such a value replaced by stars, byte for byte, so that places stay right.
pub(crate) fn masked(line: &str) -> String {
    let lower = line.to_ascii_lowercase();
    let Some(start) = DIRECTIVES.iter().filter_map(|d| Some(lower.find(d)? + d.len())).min() else {
        return line.to_owned();
    };
    let Some(word) = WORDS.iter().filter_map(|w| lower[start..].find(w)).min() else {
        return line.to_owned();
    };
    let word = start + word;
    // the name goes on up to a colon, a quote or a blank
    let Some(value) = lower[word..].find([':', ' ', '\t', '"', '\'']).map(|at| word + at) else {
        return line.to_owned();
    };
    let keep = |at: usize, c: char| at < value || matches!(c, ':' | ' ' | '\t' | '"' | '\'' | ';');
    line.char_indices()
        .map(|(at, c)| if keep(at, c) || !c.is_ascii() { c } else { '*' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn values_of_secret_headers_are_hidden() {
        assert_eq!(
            masked(r#"  more_set_input_headers "X-Proxy-Key: a-1b";"#),
            r#"  more_set_input_headers "X-Proxy-Key: ****";"#
        );
        assert_eq!(
            masked("proxy_set_header Authorization \"Basic YTpi\";"),
            "proxy_set_header Authorization \"***** ****\";"
        );
        assert_eq!(masked("set $api_token abc;"), "set $api_token ***;");
    }

    #[test]
    fn everything_else_is_shown() {
        for line in [
            "nginx.ingress.kubernetes.io/auth-secret: users",
            "proxy_set_header Host $host;",
            "key: value",
        ] {
            assert_eq!(masked(line), line);
        }
    }
}
