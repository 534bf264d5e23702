//! The text that nginx is given, and where its bytes stand in the user's file.
use crate::source::Span;
use spanned_yaml::Layout;

/// A snippet's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnippetText {
    nginx: String,
    /// Where the value stands.
    value: Span,
    /// From bytes of `nginx` to bytes of the decoded value, by the start of each line; none where the text is not the user's.
    lines: Vec<(usize, usize)>,
    /// From bytes of the decoded value to bytes of the file.
    layout: Option<Layout>,
}

impl SnippetText {
    /// The value of an annotation: ingress-nginx trims each line (`parser/main.go`, normalizeString).
    pub(super) fn trimmed(value: &str, span: Span, layout: Option<Layout>) -> Self {
        let (mut nginx, mut lines, mut decoded) = (String::new(), Vec::new(), 0);
        for (number, line) in value.split('\n').enumerate() {
            if number > 0 {
                nginx.push('\n');
            }
            let trimmed = line.trim();
            lines.push((nginx.len(), decoded + line.len() - line.trim_start().len()));
            nginx.push_str(trimmed);
            decoded += line.len() + 1;
        }
        SnippetText {
            nginx,
            value: span,
            lines,
            layout,
        }
    }

    /// A value that nginx is given as it stands.
    pub(super) fn plain(value: &str, span: Span, layout: Option<Layout>) -> Self {
        SnippetText {
            nginx: value.to_owned(),
            value: span,
            lines: vec![(0, 0)],
            layout,
        }
    }

    /// The same with nginx's own words around it.
    pub(super) fn within(mut self, before: &str, after: &str) -> Self {
        for (at, _) in &mut self.lines {
            *at += before.len();
        }
        self.nginx = format!("{before}{}{after}", self.nginx);
        self
    }

    /// What nginx is given.
    pub fn nginx(&self) -> &str {
        &self.nginx
    }

    /// The whole value, as it stands in the user's file.
    pub fn value(&self) -> Span {
        self.value
    }

    /// Where a piece of [`SnippetText::nginx`] stands in the user's file; the whole value where that cannot be said.
    pub fn span(&self, piece: nginx_snippet::Span) -> Span {
        let Some(layout) = &self.layout else {
            return self.value;
        };
        let (start, last) = (self.decoded(piece.start), self.decoded(piece.end.max(1) - 1));
        let (Some(start), Some(last)) = (start, last) else {
            return self.value;
        };
        let start = layout.at(start);
        let end = if piece.end > piece.start {
            layout.behind(last)
        } else {
            start
        };
        Span {
            start,
            end: end.max(start),
            ..self.value
        }
    }

    /// The byte of the decoded value.
    fn decoded(&self, nginx: usize) -> Option<usize> {
        let behind = self.lines.partition_point(|(at, _)| *at <= nginx);
        let (at, decoded) = self.lines.get(behind.checked_sub(1)?)?;
        Some(decoded + nginx - at)
    }
}
