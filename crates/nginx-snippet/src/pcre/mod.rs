//! A PCRE pattern, construct by construct: does Go's RE2 read it the same, after a rewrite, or never?
//!
//! The facts were compared on patterns that PCRE2 and Go's `regexp` compiled both.

mod class;
mod escape;
mod scan;

use crate::Span;

/// A pattern taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pcre {
    /// The constructs in their order.
    pub pieces: Vec<Piece>,
    /// The names of the capture groups by number, from 1; unnamed ones are empty.
    pub groups: Vec<String>,
    /// Why PCRE itself refuses the pattern, in PCRE's words.
    pub invalid: Option<String>,
}

/// One construct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its bytes in the pattern.
    pub span: Span,
    /// The construct as it was written.
    pub text: String,
    /// What Go makes of it.
    pub go: Go,
    /// A form that Rust's `regex` reads as PCRE reads the original; the tool's own model runs on it.
    portable: String,
}

/// What Go's RE2 makes of a construct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Go {
    /// It reads it as PCRE does.
    Same,
    /// It would fail or mean something else; this text means the same.
    Rewrite(String),
    /// RE2 has nothing like it.
    Impossible(&'static str),
}

impl Pcre {
    /// Take `pattern` apart.
    ///
    /// ```
    /// use nginx_snippet::Pcre;
    /// assert_eq!(Pcre::new(r"^/a\.(b|c)$").to_go().as_deref(), Ok(r"^/a\.(b|c)$"));
    /// assert_eq!(Pcre::new(r"^\h+(?'n'x){,2}").to_go().as_deref(), Ok(r"^[\t ]+(?P<n>x)\{,2}"));
    /// assert_eq!(Pcre::new(r"^/(?!api)").to_go(), Err(vec!["look-around"]));
    /// ```
    pub fn new(pattern: &str) -> Self {
        scan::scan(pattern)
    }

    /// The pattern for Go, or what stands in the way: every impossible construct once, in order.
    pub fn to_go(&self) -> Result<String, Vec<&'static str>> {
        let mut reasons = Vec::new();
        for piece in &self.pieces {
            if let Go::Impossible(why) = piece.go
                && !reasons.contains(&why)
            {
                reasons.push(why);
            }
        }
        if self.invalid.is_some() {
            reasons.push("PCRE refuses the pattern");
        }
        if reasons.is_empty() {
            Ok(self.go_text())
        } else {
            Err(reasons)
        }
    }

    fn go_text(&self) -> String {
        let text = |piece: &Piece| match &piece.go {
            Go::Rewrite(text) => text.clone(),
            _ => piece.text.clone(),
        };
        self.pieces.iter().map(text).collect()
    }

    /// The pattern for the `fancy-regex` crate, which also knows look-around and back-references.
    pub fn to_rust(&self) -> String {
        self.pieces.iter().map(|piece| piece.portable.as_str()).collect()
    }

    /// True if the pattern can only match at the beginning of its subject.
    pub fn anchored(&self) -> bool {
        let starts = self
            .pieces
            .first()
            .is_some_and(|piece| matches!(piece.text.as_str(), "^" | "\\A"));
        starts && !self.alternates()
    }

    /// True if `|` stands outside of every group.
    fn alternates(&self) -> bool {
        let mut depth = 0usize;
        self.pieces.iter().any(|piece| {
            let source = piece.text.as_str();
            match source.as_bytes().first() {
                Some(b'(') if !source.ends_with(')') => depth += 1,
                Some(b')') => depth = depth.saturating_sub(1),
                Some(b'|') => return depth == 0,
                _ => {}
            }
            false
        })
    }

    /// A pattern `A(?!B)C` as two that Go knows: a subject matches if it matches the first, `AC`, and not the second,
    /// `AB`. `None` unless there is one look-ahead, and plain text and anchors before it.
    ///
    /// ```
    /// use nginx_snippet::Pcre;
    /// let (all, but) = Pcre::new(r"^/(?!\.well-known/)(.*)$").all_but().unwrap();
    /// assert_eq!((all.as_str(), but.as_str()), (r"^/(.*)$", r"^/(?:\.well-known/)"));
    /// ```
    pub fn all_but(&self) -> Option<(String, String)> {
        let start = self.pieces.iter().position(|piece| piece.text == "(?!")?;
        let plain = |piece: &Piece| {
            !matches!(
                piece.text.as_bytes().first(),
                Some(b'(' | b'|' | b'*' | b'+' | b'?' | b'{')
            )
        };
        if !self.pieces[..start].iter().all(plain) || !self.anchored() {
            return None;
        }
        let mut depth = 0usize;
        let closes = |piece: &Piece| {
            match piece.text.as_bytes() {
                [b')'] => depth = depth.saturating_sub(1),
                [b'(', ..] if !piece.text.ends_with(')') => depth += 1,
                _ => {}
            }
            depth == 0
        };
        let end = start + self.pieces[start..].iter().position(closes)?;
        let text = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.as_str()).collect::<String>();
        let before = text(&self.pieces[..start]);
        let all = Pcre::new(&(before.clone() + &text(&self.pieces[end + 1..])))
            .to_go()
            .ok()?;
        let but = Pcre::new(&(before + "(?:" + &text(&self.pieces[start + 1..end]) + ")"))
            .to_go()
            .ok()?;
        Some((all, but))
    }

    /// The text that a pattern without any operator matches, `None` when it is more than a text.
    ///
    /// Anchors are left out: `^/robots\.txt$` gives `/robots.txt`.
    pub fn literal(&self) -> Option<String> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece.text.as_str() {
                "^" | "$" => {}
                one if one.chars().count() == 1 && !".|()[*+?{".contains(one) => text.push_str(one),
                escaped if escaped.starts_with('\\') => {
                    let c = escaped[1..].chars().next().filter(|c| !c.is_ascii_alphanumeric())?;
                    text.push(c);
                }
                _ => return None,
            }
        }
        Some(text)
    }
}
