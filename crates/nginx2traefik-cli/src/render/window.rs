//! The lines around a finding, made harmless and short enough to be shown.
use super::sanitize::sanitize;
use super::secret::masked;
use nginx2traefik::source::{Source, Sources, Span};
use std::ops::Range;

/// Lines before the first and after the last label.
const CONTEXT: usize = 1;
/// Places further than this from the primary one are told by their position, not shown.
const REACH: usize = 30;
/// A label covers at most so many lines; of a longer place the first line is marked.
const TALL: usize = 3;
/// Of a longer line only the part around its label is shown.
const WIDE: usize = 240;
/// Characters that stay in front of a label in such a line.
const LEAD: usize = 60;

/// A piece of text with labels in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window {
    /// Sanitised lines.
    pub(super) text: String,
    /// Number of the first line, from 0.
    pub(super) first_line: usize,
    /// Column of the primary place in the file, from 0.
    pub(super) column: usize,
    /// For each place that was asked for, where it is in `text`; none where it is out of reach.
    pub(super) labels: Vec<Option<Range<usize>>>,
}

impl Window {
    /// The lines around `places`; the first is the primary one. None where there is nothing to show.
    pub(super) fn new(sources: &Sources, places: &[Span]) -> Option<Self> {
        let primary = places.first()?;
        let source = sources.get(primary.source);
        if source.text.is_empty() {
            return None;
        }
        let home = line(source, primary.start);
        let near = |place: &Span| {
            let at = line(source, place.start);
            place.source == primary.source && at.abs_diff(home) <= REACH
        };
        let shown: Vec<Option<Range<usize>>> = places
            .iter()
            .map(|place| near(place).then(|| low(source, place)))
            .collect();
        let lines = shown
            .iter()
            .flatten()
            .flat_map(|r| [line(source, r.start), line(source, last(r))]);
        let first = lines.clone().min()?.saturating_sub(CONTEXT);
        let bottom = lines.max()?;
        let end = (bottom + CONTEXT).min(last_line(source).max(bottom));
        let mut drawn = Drawn::new(&shown);
        for number in first..=end {
            drawn.line(sources, source, number);
        }
        Some(Window {
            text: drawn.text,
            first_line: first,
            column: sources.position(primary).column - 1,
            labels: drawn.labels.iter().map(|l| l.map(|(start, end)| start..end)).collect(),
        })
    }
}

fn line(source: &Source, byte: usize) -> usize {
    source
        .line_starts()
        .partition_point(|start| *start <= byte)
        .saturating_sub(1)
}

/// The last line that has text: behind the final line feed there is none.
fn last_line(source: &Source) -> usize {
    let count = source.line_starts().len();
    if source.text.ends_with('\n') {
        count.saturating_sub(2)
    } else {
        count - 1
    }
}

fn last(range: &Range<usize>) -> usize {
    range.end.saturating_sub(1).max(range.start)
}

/// The place, or its first line where it is tall. The end of the text has a place of its own.
fn low(source: &Source, place: &Span) -> Range<usize> {
    let start = place.start.min(source.text.len());
    let end = place.end.clamp(start, source.text.len());
    let (top, bottom) = (line(source, start), line(source, last(&(start..end))));
    if bottom - top < TALL {
        return start..end;
    }
    start..bounds(source, top).end
}

/// A line without its end.
fn bounds(source: &Source, number: usize) -> Range<usize> {
    let starts = source.line_starts();
    let start = starts[number];
    let end = starts.get(number + 1).copied().unwrap_or(source.text.len());
    let text = source.text[start..end].trim_end_matches(['\n', '\r']);
    start..start + text.len()
}

/// Lines while they are put together.
struct Drawn<'a> {
    wanted: &'a [Option<Range<usize>>],
    labels: Vec<Option<(usize, usize)>>,
    text: String,
}

impl<'a> Drawn<'a> {
    fn new(wanted: &'a [Option<Range<usize>>]) -> Self {
        Drawn {
            wanted,
            labels: vec![None; wanted.len()],
            text: String::new(),
        }
    }

    fn line(&mut self, sources: &Sources, source: &Source, number: usize) {
        let whole = bounds(source, number);
        let kept = self.kept(source, &whole);
        let before = if kept.start > whole.start { "…" } else { "" };
        self.text += before;
        let offset = self.text.len();
        let piece = &masked(&sources.hidden().shown(&source.text[kept.clone()]));
        self.place(&whole, &kept, offset, piece);
        self.text += &sanitize(piece);
        self.text += if kept.end < whole.end { "…\n" } else { "\n" };
    }

    /// The part of a line that is shown.
    fn kept(&self, source: &Source, whole: &Range<usize>) -> Range<usize> {
        let text = &source.text[whole.clone()];
        if text.len() <= WIDE {
            return whole.clone();
        }
        let label = self.wanted.iter().flatten().find(|r| whole.contains(&r.start));
        let at = label.map_or(0, |r| r.start - whole.start);
        let start = text[..at].char_indices().rev().take(LEAD).last().map_or(at, |(i, _)| i);
        let end = text[start..]
            .char_indices()
            .nth(WIDE)
            .map_or(text.len(), |(i, _)| start + i);
        whole.start + start..whole.start + end
    }

    /// Notes where the ends of labels come to lie; ends in parts that are left out move to the nearest edge.
    fn place(&mut self, whole: &Range<usize>, kept: &Range<usize>, offset: usize, piece: &str) {
        let place = |byte: usize| {
            let inside = byte.clamp(kept.start, kept.end) - kept.start;
            offset + piece.get(..inside).map_or(0, |text| sanitize(text).len())
        };
        for (wanted, label) in self.wanted.iter().zip(&mut self.labels) {
            let Some(range) = wanted else { continue };
            if whole.start <= range.start && range.start <= whole.end {
                *label = Some((place(range.start), place(range.end.min(whole.end))));
            } else if let Some((_, end)) = label
                && range.end > whole.start
            {
                *end = place(range.end.min(whole.end));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Window;
    use nginx2traefik::source::{Sources, Span};

    fn window(text: &str, places: &[(usize, usize)]) -> Window {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", text);
        let places: Vec<Span> = places.iter().map(|p| Span::new(id, p.0..p.1)).collect();
        Window::new(&sources, &places).unwrap()
    }

    #[test]
    fn shows_one_line_around() {
        let window = window("a: 1\nb: 2\nc: 3\nd: 4\n", &[(8, 9)]);
        assert_eq!(
            (window.text.as_str(), window.first_line, window.column),
            ("a: 1\nb: 2\nc: 3\n", 0, 3)
        );
        assert_eq!(&window.text[window.labels[0].clone().unwrap()], "2");
    }

    #[test]
    fn a_label_behind_an_escape_character_stays_right() {
        let window = window("a: \"\x1b[2J\" # x\n", &[(3, 9), (12, 13)]);
        assert_eq!(&window.text[window.labels[0].clone().unwrap()], "\"␛[2J\"");
        assert_eq!(&window.text[window.labels[1].clone().unwrap()], "x");
    }

    #[test]
    fn a_very_long_line_is_cut_around_its_label() {
        let text = format!("{{{}\"here\"{}}}", " ".repeat(5000), " ".repeat(9000));
        let window = window(&text, &[(5001, 5007)]);
        assert_eq!(&window.text[window.labels[0].clone().unwrap()], "\"here\"");
        assert!(window.text.len() < 300, "{}", window.text.len());
        assert_eq!(window.column, 5001);
    }

    #[test]
    fn far_places_are_not_shown() {
        let text = format!("a: 1\n{}b: 2\n", "#\n".repeat(100));
        assert_eq!(window(&text, &[(0, 1), (205, 206)]).labels[1], None);
    }

    #[test]
    fn the_end_of_the_text_can_be_marked() {
        let window = window("a:\n  - b", &[(8, 8)]);
        assert_eq!(window.labels[0], Some(8..8));
    }
}
