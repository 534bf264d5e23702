//! nginx's sizes and times.

/// `2k`, `1M`, `1g`, `100`; `None` for what is no size. `0` stands for no limit where it is used.
pub(crate) fn bytes(text: &str) -> Option<u64> {
    let (digits, factor) = match text.as_bytes().last()? {
        b'k' | b'K' => (&text[..text.len() - 1], 1 << 10),
        b'm' | b'M' => (&text[..text.len() - 1], 1 << 20),
        b'g' | b'G' => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1),
    };
    number(digits)?.checked_mul(factor)
}

/// `1h 30m`, `15s`, `30d`, `90` in seconds; `None` for what is no time (`ngx_parse_time`).
pub(crate) fn seconds(text: &str) -> Option<u64> {
    let mut total = 0u64;
    let mut rest = text.trim_start();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let value = number(&rest[..digits])?;
        rest = &rest[digits..];
        let (factor, length) = match rest.as_bytes() {
            [b'm', b's', ..] => return None,
            [b'y', ..] => (31_536_000, 1),
            [b'M', ..] => (2_592_000, 1),
            [b'w', ..] => (604_800, 1),
            [b'd', ..] => (86_400, 1),
            [b'h', ..] => (3_600, 1),
            [b'm', ..] => (60, 1),
            [b's', ..] => (1, 1),
            [] => (1, 0),
            [b' ', ..] => (1, 0),
            _ => return None,
        };
        total = total.checked_add(value.checked_mul(factor)?)?;
        rest = rest[length..].trim_start();
    }
    Some(total)
}

/// A time that may have milliseconds: `500ms`, `1m`, `5`.
pub(crate) fn milliseconds(text: &str) -> Option<u64> {
    match text.strip_suffix("ms") {
        Some(digits) => number(digits),
        None => seconds(text)?.checked_mul(1000),
    }
}

fn number(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}
