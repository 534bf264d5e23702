//! Sizes as nginx reads them.

/// Whether ingress-nginx's check lets a size pass: digits and perhaps one of `b`, `k`, `m`, `g`, spaces ignored
/// (internal/ingress/annotations/parser/validators.go, SizeRegex).
pub fn passes_check(value: &str) -> bool {
    let value: String = value.chars().filter(|c| *c != ' ').collect();
    let digits = value.trim_end_matches(|c: char| matches!(c.to_ascii_lowercase(), 'b' | 'k' | 'm' | 'g'));
    value.len() - digits.len() <= 1 && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// What a checked value means to nginx.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// So many bytes.
    Bytes(u64),
    /// ingress-nginx does not write it down (`8b`, `1 k`): nginx's own default holds, whatever the ConfigMap says.
    NotWritten,
    /// nginx refuses it.
    TooLarge,
}

/// An offset: digits and perhaps `k`, `m` or `g` (internal/ingress/controller/template/template.go, isValidByteSize).
pub fn offset(value: &str) -> Size {
    let value = value.trim();
    let (digits, factor) = match value.as_bytes().last().map(u8::to_ascii_lowercase) {
        Some(b'k') => (&value[..value.len() - 1], 1 << 10),
        Some(b'm') => (&value[..value.len() - 1], 1 << 20),
        Some(b'g') => (&value[..value.len() - 1], 1 << 30),
        _ => (value, 1),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Size::NotWritten;
    }
    // ngx_parse_offset: more than a signed 64-bit offset is an error
    match digits.parse::<i64>().ok().and_then(|n| n.checked_mul(factor)) {
        Some(bytes) => Size::Bytes(bytes.unsigned_abs()),
        None => Size::TooLarge,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_the_check() {
        for value in ["0", "8m", "8M", "1 k", "8b", "100B", "99999999999999g"] {
            assert!(passes_check(value), "{value}");
        }
        for value in ["", "-1", "10kb", "1.5m", "m", "1k\n"] {
            assert!(!passes_check(value), "{value}");
        }
    }

    #[test]
    fn what_it_means() {
        assert_eq!(offset("0"), Size::Bytes(0));
        assert_eq!(offset("1K"), Size::Bytes(1024));
        assert_eq!(offset(" 8m "), Size::Bytes(8 << 20));
        assert_eq!(offset("8b"), Size::NotWritten);
        assert_eq!(offset("1 k"), Size::NotWritten);
        assert_eq!(offset("99999999999999g"), Size::TooLarge);
    }
}
