//! What a scalar means: go-yaml v2 `resolve.go`, which is what kubectl uses (through sigs.k8s.io/yaml).
//!
//! YAML 1.1 booleans (`y`, `on`, ...), octals with a leading 0, `0b`, `0o`, `0x`, `_` between digits. Timestamps and
//! base-60 numbers stay text, as there.

use std::borrow::Cow;

/// The meaning of a scalar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Resolved<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Text(Cow<'a, str>),
}

/// The meaning of a plain scalar without a tag.
pub(crate) fn resolve(text: &str) -> Resolved<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Resolved::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Resolved::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Resolved::Bool(false);
        }
        ".nan" | ".NaN" | ".NAN" => return Resolved::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Resolved::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Resolved::Float(f64::NEG_INFINITY),
        _ => {}
    }
    number(text).unwrap_or(Resolved::Text(Cow::Borrowed(text)))
}

fn number(text: &str) -> Option<Resolved<'_>> {
    match text.as_bytes().first()? {
        b'.' => underscores_between_digits(text)
            .then(|| float(&text.replace('_', "")))
            .flatten(),
        b'0'..=b'9' | b'+' | b'-' => {
            let digits = if text.contains('_') {
                Cow::Owned(text.replace('_', ""))
            } else {
                Cow::Borrowed(text)
            };
            integer(&digits).or_else(|| float(&digits))
        }
        _ => None,
    }
}

/// A number that begins with a point goes to Go's `ParseFloat` as it is, which allows `_` only there (atoi.go
/// `underscoreOK`).
fn underscores_between_digits(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).all(|at| bytes[at] != b'_' || digit(at.checked_sub(1)) && digit(Some(at + 1)))
}

/// Go's `strconv.ParseInt(text, 0, 64)`, then `ParseUint`.
fn integer(text: &str) -> Option<Resolved<'static>> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits) = radix(digits);
    if digits.is_empty() || digits.starts_with(['+', '-']) {
        return None;
    }
    let value = i128::from_str_radix(digits, radix).ok()?;
    let value = if negative { -value } else { value };
    if let Ok(value) = i64::try_from(value) {
        return Some(Resolved::Int(value));
    }
    // ParseUint takes no sign
    u64::try_from(value)
        .ok()
        .filter(|_| !text.starts_with('+'))
        .map(Resolved::Uint)
}

fn radix(digits: &str) -> (u32, &str) {
    let bytes = digits.as_bytes();
    match (bytes.first(), bytes.get(1)) {
        (Some(b'0'), Some(b'x' | b'X')) => (16, &digits[2..]),
        (Some(b'0'), Some(b'b' | b'B')) => (2, &digits[2..]),
        (Some(b'0'), Some(b'o' | b'O')) => (8, &digits[2..]),
        (Some(b'0'), Some(_)) => (8, &digits[1..]),
        _ => (10, digits),
    }
}

/// go-yaml's `yamlStyleFloat`: `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn float(text: &str) -> Option<Resolved<'static>> {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && all_digits(fraction),
        Some((whole, fraction)) => all_digits(whole) && all_digits(fraction),
        None => !mantissa.is_empty() && all_digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    if !mantissa_fits || !exponent_fits {
        return None;
    }
    // Go's ParseFloat fails on what is too large, and the text stays text
    text.parse::<f64>()
        .ok()
        .filter(|value| value.is_finite())
        .map(Resolved::Float)
}

/// The meaning of a scalar with the style and tag it is written with (go-yaml v2 decode.go `scalar`, resolve.go
/// `resolve`).
pub(crate) fn resolve_tagged<'a>(text: &'a str, plain: bool, tag: Option<&str>) -> Result<Resolved<'a>, String> {
    let as_text = || Resolved::Text(Cow::Borrowed(text));
    let Some(tag) = tag else {
        return Ok(if plain { resolve(text) } else { as_text() });
    };
    let Some(short) = tag.strip_prefix("tag:yaml.org,2002:") else {
        return Ok(as_text());
    };
    let value = resolve(text);
    match (short, value) {
        ("binary", _) => crate::decode::base64(text)
            .map(|text| Resolved::Text(Cow::Owned(text)))
            .ok_or_else(|| "!!binary value contains invalid base64 data".to_owned()),
        // the conversion is go-yaml's own
        #[expect(clippy::cast_precision_loss)]
        ("float", Resolved::Int(value)) => Ok(Resolved::Float(value as f64)),
        ("int", value @ (Resolved::Int(_) | Resolved::Uint(_))) => Ok(value),
        ("float", value @ Resolved::Float(_)) => Ok(value),
        ("null", Resolved::Null) => Ok(Resolved::Null),
        ("bool", value @ Resolved::Bool(_)) => Ok(value),
        ("int" | "null" | "bool" | "float", _) => Err(format!("cannot read `{text}` as !!{short}")),
        _ => Ok(as_text()),
    }
}
