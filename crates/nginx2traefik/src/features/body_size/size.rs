//! Sizes as nginx reads them.

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
    fn what_it_means() {
        assert_eq!(offset("0"), Size::Bytes(0));
        assert_eq!(offset("1K"), Size::Bytes(1024));
        assert_eq!(offset(" 8m "), Size::Bytes(8 << 20));
        assert_eq!(offset("8b"), Size::NotWritten);
        assert_eq!(offset("1 k"), Size::NotWritten);
        assert_eq!(offset("99999999999999g"), Size::TooLarge);
    }
}
