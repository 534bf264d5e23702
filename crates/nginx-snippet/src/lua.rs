//! Just enough Lua to find where a `*_by_lua_block` ends, after `ngx_http_lua_lexer.c` of lua-nginx-module.

/// The offset of the `}` that closes a block whose `{` stands before `body`.
pub(crate) fn closing_brace(body: &str) -> Option<usize> {
    let bytes = body.as_bytes();
    let (mut at, mut depth) = (0, 0usize);
    while let Some(byte) = bytes.get(at) {
        at = match byte {
            b'{' => {
                depth += 1;
                at + 1
            }
            b'}' if depth == 0 => return Some(at),
            b'}' => {
                depth -= 1;
                at + 1
            }
            b'"' | b'\'' => string_end(bytes, at)?,
            b'-' if bytes.get(at + 1) == Some(&b'-') => comment_end(body, at),
            b'[' => long_bracket_end(body, at).unwrap_or(at + 1),
            _ => at + 1,
        };
    }
    None
}

fn string_end(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    while let Some(byte) = bytes.get(at) {
        if *byte == bytes[open] {
            return Some(at + 1);
        }
        at += if *byte == b'\\' { 2 } else { 1 };
    }
    None
}

fn comment_end(body: &str, dashes: usize) -> usize {
    let after = dashes + 2;
    if let Some(end) = long_bracket_end(body, after) {
        return end;
    }
    body.as_bytes()[after..]
        .iter()
        .position(|b| *b == b'\n')
        .map_or(body.len(), |n| after + n)
}

/// The end of `[==[ ... ]==]` that opens at `at`; an open one runs to the end of the text.
fn long_bracket_end(body: &str, at: usize) -> Option<usize> {
    let rest = body.as_bytes().get(at..)?;
    let level = rest.strip_prefix(b"[")?.iter().take_while(|b| **b == b'=').count();
    if rest.get(1 + level) != Some(&b'[') {
        return None;
    }
    let close = format!("]{}]", "=".repeat(level));
    let inside = at + level + 2;
    let found = body.get(inside..)?.find(&close);
    Some(found.map_or(body.len(), |n| inside + n + close.len()))
}
