//! A page of Markdown on a terminal: headings, lists, paragraphs and blocks of code, as rule pages have them.
use super::report::wrapped;
use super::style::{Ink, Style};

/// The page, drawn.
pub(crate) fn markdown(page: &str, style: &Style) -> String {
    let mut drawn = Drawn {
        style,
        out: String::new(),
        paragraph: String::new(),
    };
    let mut fence = false;
    for line in page.lines() {
        if let Some(kind) = line.strip_prefix("```") {
            drawn.flush();
            if !fence && !kind.trim().is_empty() {
                drawn.out += &format!("  {}\n", style.paint(Ink::Dim, kind.trim()));
            }
            fence = !fence;
        } else if fence {
            drawn.out += &format!("    {}\n", style.paint(Ink::Cyan, line));
        } else {
            drawn.line(line);
        }
    }
    drawn.flush();
    drawn.out
}

struct Drawn<'a> {
    style: &'a Style,
    out: String,
    paragraph: String,
}

impl Drawn<'_> {
    fn line(&mut self, line: &str) {
        let item = line.trim_start();
        if line.starts_with('#') {
            self.flush();
            self.out += &format!("{}\n", self.style.paint(Ink::Bold, line.trim_start_matches('#').trim()));
        } else if line.trim().is_empty() {
            self.flush();
            self.out.push('\n');
        } else if item.starts_with('|') {
            self.flush();
            self.out += &format!("  {item}\n");
        } else {
            if item.starts_with("- ") || item.split_once(". ").is_some_and(|(n, _)| n.parse::<u8>().is_ok()) {
                self.flush();
            }
            self.paragraph += line;
            self.paragraph.push(' ');
        }
    }

    /// A paragraph or a list item; in the latter the other lines stand below its text.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.paragraph);
        let item = text.trim_start();
        if item.is_empty() {
            return;
        }
        let indent = text.len() - item.len();
        let bullet = item
            .split_once(' ')
            .filter(|(b, _)| *b == "-" || b.ends_with('.') && b[..b.len() - 1].parse::<u8>().is_ok());
        let lines = match bullet {
            Some((bullet, rest)) => {
                let first = format!("  {}{bullet} ", " ".repeat(indent));
                wrapped(rest, &first, &" ".repeat(first.len()), self.style)
            }
            None => wrapped(item, "  ", "  ", self.style),
        };
        self.out += &self.inline(&lines);
    }

    /// `code` and **strong** words.
    fn inline(&self, text: &str) -> String {
        let mut out = String::new();
        for (at, part) in text.split('`').enumerate() {
            if at % 2 == 1 {
                out += &self.style.paint(Ink::Cyan, part);
            } else {
                for (at, part) in part.split("**").enumerate() {
                    out += &if at % 2 == 1 {
                        self.style.paint(Ink::Bold, part)
                    } else {
                        part.to_owned()
                    };
                }
            }
        }
        out
    }
}
