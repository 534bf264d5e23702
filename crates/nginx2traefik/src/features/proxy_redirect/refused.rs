//! Values that pass ingress-nginx's check and that nginx refuses.
use super::ProxyRedirect;
use crate::effective::{Effect, Reader, Setting};

/// Directives with too few or too many words, and what does not go together (recordings atlas/ngx-rd-space, atlas/ngx-cp-one,
/// atlas/ngx-cp-three, atlas/ngx-rd-auto).
pub(super) fn report_refused(reader: &Reader<'_>, settings: &ProxyRedirect) {
    if let Some((from, to)) = settings.replacement() {
        for (key, value) in [("proxy-redirect-from", from), ("proxy-redirect-to", to)] {
            if count_words(value) != 1 {
                reader.problem(key, Effect::Breaks, "nginx wants one word here");
            }
        }
    }
    let protocol = reader.string("backend-protocol");
    let auto = protocol.is_ok_and(|p| p.value.eq_ignore_ascii_case("auto_http"));
    if auto && settings.from.as_ref().is_some_and(|f| f.value == "default") {
        let reason = "nginx takes no `default` beside backend-protocol AUTO_HTTP";
        reader.problem("proxy-redirect-from", Effect::Breaks, reason);
    }
    let pair = |value: &Option<Setting<String>>| {
        value
            .as_ref()
            .is_none_or(|s| s.value == "off" || count_words(&s.value) == 2)
    };
    for (key, value) in [
        ("proxy-cookie-path", &settings.cookie_path),
        ("proxy-cookie-domain", &settings.cookie_domain),
    ] {
        if !pair(value) {
            reader.problem(key, Effect::Breaks, "nginx wants `off`, or two words");
        }
    }
}

/// Words as nginx's configuration has them: quotes hold one together.
fn count_words(text: &str) -> usize {
    let mut quote = None;
    let mut count = 0;
    let mut inside = false;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c.is_whitespace() => {
                inside = false;
                continue;
            }
            None => {}
        }
        count += usize::from(!inside);
        inside = true;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::count_words;

    #[test]
    fn words_of_a_directive() {
        assert_eq!(count_words("/ /sub"), 2);
        assert_eq!(count_words(r#"/ "/; Secure""#), 2);
        assert_eq!(count_words(" /only "), 1);
    }
}
