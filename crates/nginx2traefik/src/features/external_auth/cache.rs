//! `auth-cache-duration`.

/// Whether ingress-nginx takes one entry of the list: status codes, then a time; other words do not count.
///
/// internal/ingress/annotations/authreq/main.go, ValidCacheDuration: a word that is neither a code nor a time is skipped.
pub fn is_cache_duration(entry: &str) -> bool {
    let mut has_time = false;
    for word in entry.split(' ').filter(|w| !w.is_empty()) {
        let is_code = word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit());
        if is_code && has_time {
            return false;
        }
        has_time |= !is_code && is_time(word);
    }
    has_time
}

/// Digits and one of nginx's units.
fn is_time(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < word.len() && matches!(unit, "ms" | "s" | "m" | "h" | "d" | "w" | "M" | "y")
}

/// Whether nginx takes an entry that ingress-nginx took: `proxy_cache_valid` knows codes from 100 to 599, `any`, and one time.
pub fn nginx_takes(entry: &str) -> bool {
    let words: Vec<&str> = entry.split(' ').filter(|w| !w.is_empty()).collect();
    let Some((time, codes)) = words.split_last() else {
        return false;
    };
    is_time(time)
        && codes
            .iter()
            .all(|c| *c == "any" || c.parse::<u16>().is_ok_and(|n| (100..=599).contains(&n)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_a_time() {
        for entry in ["200 1m", "200 202 401 5m", "5m", "999 5m", " 10ms "] {
            assert!(is_cache_duration(entry), "{entry}");
        }
        for entry in ["200 5x", "5m 200", "bad value", "~1m", "ewma", "200"] {
            assert!(!is_cache_duration(entry), "{entry}");
        }
    }

    #[test]
    fn a_code_that_nginx_does_not_know() {
        assert!(nginx_takes("200 1m"));
        assert!(!nginx_takes("999 5m"));
        assert!(!nginx_takes("x 5m"));
    }
}
