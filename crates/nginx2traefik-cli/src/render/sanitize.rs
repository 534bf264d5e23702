//! Text from manifests, made harmless for a terminal.

/// Replaces what a terminal would act upon or hide: control characters, escape sequences, and characters that turn the direction of
/// writing or have no width. A line feed stays, a tab becomes an arrow.
pub(crate) fn sanitize(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { c } else { visible(c) }).collect()
}

/// The same character, or one of the same width that shows what was there. Characters keep their place, so that columns stay right.
fn visible(c: char) -> char {
    match c {
        '\t' => '→',
        // the control pictures block has one for each of them
        '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\x7f' => '\u{2421}',
        '\u{80}'..='\u{9f}' => char::REPLACEMENT_CHARACTER,
        // bidirectional marks, embeddings, overrides and isolates
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            char::REPLACEMENT_CHARACTER
        }
        // no width, line and paragraph separators, and the tag block
        '\u{200b}'..='\u{200d}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{2060}'..='\u{2064}'
        | '\u{feff}'
        | '\u{e0000}'..='\u{e007f}' => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::sanitize;

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_act_upon() {
        assert_eq!(sanitize("a\x1b[2Jb"), "a␛[2Jb");
        assert_eq!(sanitize("a\u{202e}b\u{200b}"), "a\u{fffd}b\u{fffd}");
        assert_eq!(sanitize("\u{9b}31m\r\x07"), "\u{fffd}31m␍␇");
    }

    #[test]
    fn other_text_stays() {
        assert_eq!(sanitize("größe: \"ok\"\n日本"), "größe: \"ok\"\n日本");
    }
}
