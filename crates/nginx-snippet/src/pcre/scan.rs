use super::{Go, Pcre, Piece, class, escape};
use crate::Span;

/// Go refuses counted repeats beyond this, also when nested ones multiply.
const LONGEST_REPEAT: u32 = 1000;

const CALL: &str = "recursion or a subroutine call";

pub(super) fn scan(pattern: &str) -> Pcre {
    let mut scanner = Scanner::new(pattern);
    while scanner.at < pattern.len() && scanner.invalid.is_none() {
        scanner.construct();
    }
    if scanner.invalid.is_none() && scanner.open.len() > 1 {
        scanner.invalid = Some("missing closing parenthesis");
    }
    scanner.check_references();
    Pcre {
        pieces: scanner.pieces,
        groups: scanner.groups,
        invalid: scanner.invalid.map(str::to_owned),
    }
}

struct Scanner<'a> {
    pattern: &'a str,
    at: usize,
    pieces: Vec<Piece>,
    groups: Vec<String>,
    invalid: Option<&'static str>,
    /// For each open group, and the whole, the largest repeat inside.
    open: Vec<u32>,
    /// The repeat of what a quantifier here would apply to; `None` where none may stand.
    repeatable: Option<u32>,
}

impl<'a> Scanner<'a> {
    fn new(pattern: &'a str) -> Self {
        let (pieces, groups) = (Vec::new(), Vec::new());
        Self {
            pattern,
            at: 0,
            pieces,
            groups,
            invalid: None,
            open: vec![1],
            repeatable: None,
        }
    }

    fn rest(&self) -> &'a str {
        &self.pattern[self.at..]
    }

    /// Take `length` bytes as one construct.
    fn take(&mut self, length: usize, go: Go, portable: Option<String>) {
        let text = self.rest()[..length].to_owned();
        let span = Span::new(self.at, self.at + length);
        let portable = portable.unwrap_or_else(|| match &go {
            Go::Rewrite(text) => text.clone(),
            _ => text.clone(),
        });
        self.at += length;
        self.pieces.push(Piece {
            span,
            text,
            go,
            portable,
        });
    }

    fn same(&mut self, length: usize) {
        self.take(length, Go::Same, None);
    }

    fn construct(&mut self) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return };
        match first {
            '\\' => self.escape(),
            '[' => self.class(),
            '(' => self.open_group(),
            ')' => self.close_group(),
            '*' | '+' | '?' => self.quantifier(1),
            '{' => self.counted(),
            '^' | '$' | '|' => {
                self.same(1);
                self.repeatable = if first == '|' { None } else { Some(1) };
            }
            '}' | ']' => self.atom(1, Go::Same, Some(format!("\\{first}"))),
            _ => self.atom(first.len_utf8(), Go::Same, None),
        }
    }

    fn atom(&mut self, length: usize, go: Go, portable: Option<String>) {
        self.take(length, go, portable);
        self.repeatable = Some(1);
    }

    fn escape(&mut self) {
        match escape::escape(self.rest()) {
            Some(found) => self.atom(found.length, found.go, found.portable),
            None if self.rest().len() == 1 => self.invalid = Some("\\ at end of pattern"),
            None => self.invalid = Some("unrecognized character follows \\"),
        }
    }

    fn class(&mut self) {
        match class::class(self.rest()) {
            Some(found) => self.atom(found.length, found.go, found.portable),
            None => self.invalid = Some("missing terminating ] for character class"),
        }
    }

    fn open_group(&mut self) {
        let rest = self.rest();
        if rest.starts_with("(?#") {
            return match rest.find(')') {
                Some(end) => self.take(end + 1, Go::Rewrite(String::new()), None),
                None => self.invalid = Some("missing ) after (?# comment"),
            };
        }
        let head = group_head(rest);
        if let Some(name) = head.name {
            self.groups.push(name.to_owned());
        }
        let calls = head.go == Go::Impossible(CALL);
        self.take(head.length, head.go, None);
        // (?i) alone and (?R) are complete, all others wait for their end
        if head.complete {
            self.repeatable = calls.then_some(1);
        } else {
            self.open.push(1);
            self.repeatable = None;
        }
    }

    fn close_group(&mut self) {
        if self.open.len() == 1 {
            self.invalid = Some("unmatched closing parenthesis");
            return;
        }
        let inside = self.open.pop().unwrap_or(1);
        self.same(1);
        self.repeatable = Some(inside);
        self.raise(inside);
    }

    fn raise(&mut self, repeat: u32) {
        if let Some(open) = self.open.last_mut() {
            *open = (*open).max(repeat);
        }
    }

    /// `{2}`, `{2,}`, `{2,3}`, or a brace that stands for itself.
    fn counted(&mut self) {
        let Some((length, count)) = counts(self.rest()) else {
            return self.atom(1, Go::Rewrite("\\{".to_owned()), None);
        };
        let repeat = self.repeatable.unwrap_or(1).saturating_mul(count.max(1));
        self.raise(repeat);
        self.quantifier(length);
        if repeat > LONGEST_REPEAT
            && let Some(piece) = self.pieces.last_mut()
        {
            piece.go = Go::Impossible("a repeat of more than 1000");
        }
    }

    /// A quantifier of `length` bytes with the sign behind it that makes it lazy or possessive.
    fn quantifier(&mut self, length: usize) {
        if self.repeatable.is_none() {
            self.invalid = Some("quantifier does not follow a repeatable item");
            return;
        }
        match self.rest().as_bytes().get(length) {
            Some(b'+') => self.take(length + 1, Go::Impossible("a possessive quantifier"), None),
            Some(b'?') => self.same(length + 1),
            _ => self.same(length),
        }
        self.repeatable = None;
    }

    /// `\8` is a back-reference only if there are so many groups; nginx's patterns never mean the octal form.
    fn check_references(&mut self) {
        let groups = self.groups.len();
        let missing = |piece: &Piece| {
            let number = piece
                .text
                .strip_prefix('\\')
                .and_then(|digits| digits.parse::<usize>().ok());
            piece.go == Go::Impossible(escape::BACK_REFERENCE) && number.is_some_and(|number| number > groups)
        };
        if self.invalid.is_none() && self.pieces.iter().any(missing) {
            self.invalid = Some("reference to non-existent subpattern");
        }
    }
}

struct Head<'a> {
    length: usize,
    go: Go,
    /// The name of the capture that it opens, empty for a plain one.
    name: Option<&'a str>,
    complete: bool,
}

fn group_head(rest: &str) -> Head<'_> {
    let head = |length, go| Head {
        length,
        go,
        name: None,
        complete: false,
    };
    if let Some(verb) = rest.strip_prefix("(*") {
        let length = verb.find(')').map_or(rest.len(), |end| end + 3);
        return Head {
            complete: true,
            ..head(length, Go::Impossible("a backtracking verb"))
        };
    }
    let Some(inside) = rest.strip_prefix("(?") else {
        return Head {
            name: Some(""),
            ..head(1, Go::Same)
        };
    };
    for (start, why) in IMPOSSIBLE_GROUPS {
        if inside.starts_with(start) {
            // the condition of a conditional group is no group of its own
            let more = if start == "(" {
                near(inside, ')').unwrap_or(0)
            } else {
                0
            };
            return head(2 + start.len() + more, Go::Impossible(why));
        }
    }
    named(inside).or_else(|| flags(inside)).unwrap_or_else(|| {
        let length = rest.find(')').map_or(rest.len(), |end| end + 1);
        Head {
            complete: true,
            ..head(length, Go::Impossible(CALL))
        }
    })
}

const IMPOSSIBLE_GROUPS: [(&str, &str); 7] = [
    ("=", "look-around"),
    ("!", "look-around"),
    ("<=", "look-around"),
    ("<!", "look-around"),
    (">", "an atomic group"),
    ("|", "a branch reset group"),
    ("(", "a conditional group"),
];

/// `(?<name>`, `(?P<name>`, `(?'name'`
fn named(inside: &str) -> Option<Head<'_>> {
    let (prefix, close) = [("<", '>'), ("P<", '>'), ("'", '\'')]
        .into_iter()
        .find(|(p, _)| inside.starts_with(p))?;
    let name = &inside[prefix.len()..][..near(&inside[prefix.len()..], close)?];
    let length = 2 + prefix.len() + name.len() + 1;
    let go = if prefix == "P<" {
        Go::Same
    } else {
        Go::Rewrite(format!("(?P<{name}>"))
    };
    Some(Head {
        length,
        go,
        name: Some(name),
        complete: false,
    })
}

/// `(?:`, `(?i:`, `(?i)`
fn flags(inside: &str) -> Option<Head<'_>> {
    let end = near(inside, ':').into_iter().chain(near(inside, ')')).min()?;
    let letters = &inside[..end];
    if letters
        .chars()
        .any(|c| !matches!(c, 'i' | 'm' | 's' | 'U' | 'x' | 'n' | 'J' | '-'))
    {
        return None;
    }
    let go = match letters.chars().find(|c| matches!(c, 'x' | 'n' | 'J')) {
        Some(_) => Go::Impossible("an option other than i, m, s, U"),
        None => Go::Same,
    };
    Some(Head {
        length: 2 + end + 1,
        go,
        name: None,
        complete: inside.as_bytes()[end] == b')',
    })
}

/// The length of a counted quantifier and its largest number.
fn counts(rest: &str) -> Option<(usize, u32)> {
    let inside = rest.strip_prefix('{')?;
    let end = near(inside, '}')?;
    let (least, most) = inside[..end].split_once(',').unwrap_or((&inside[..end], ""));
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !number(least) || !(most.is_empty() || number(most)) {
        return None;
    }
    let largest = [least, most].into_iter().filter_map(|text| text.parse().ok()).max();
    Some((end + 2, largest.unwrap_or(u32::MAX)))
}

/// Where `sign` stands close by; a name or a count is never long, and a long search for each would cost its square.
pub(super) fn near(text: &str, sign: char) -> Option<usize> {
    text.char_indices()
        .take(130)
        .find(|(_, c)| *c == sign)
        .map(|(at, _)| at)
}
