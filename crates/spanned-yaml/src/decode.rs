//! Bytes to text: kubectl refuses anything that is not UTF-8, so the error says where.

use thiserror::Error;

/// The input is not UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("invalid UTF-8 at byte {offset}")]
pub struct DecodeError {
    /// Byte offset of the first byte that is not part of valid UTF-8.
    pub offset: usize,
}

/// Checks that `bytes` are UTF-8, which [`crate::parse`] needs.
pub fn decode(bytes: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(bytes).map_err(|error| DecodeError {
        offset: error.valid_up_to(),
    })
}

/// Standard base64 with padding, as Go's `base64.StdEncoding` reads it: line breaks are skipped. Bytes that are not
/// UTF-8 become U+FFFD, as in Go's JSON.
pub(crate) fn base64(text: &str) -> Option<String> {
    let symbols: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    if !symbols.len().is_multiple_of(4) {
        return None;
    }
    let padding = symbols.iter().rev().take_while(|byte| **byte == b'=').count();
    let (data, _) = symbols.split_at(symbols.len() - padding.min(2));
    let mut bytes = Vec::with_capacity(data.len() * 3 / 4);
    for group in data.chunks(4) {
        let mut bits = 0u32;
        for symbol in group {
            bits = bits << 6 | sextet(*symbol)?;
        }
        bits <<= 6 * (4 - group.len());
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn sextet(symbol: u8) -> Option<u32> {
    let value = match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}
